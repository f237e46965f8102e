/* SPDX-License-Identifier: MIT */
/* Who may come in by --listen: the address listened on, the token of its file, what a request
 * shows, and how often an address has shown the wrong thing. Knows no HTTP but one header. */
#pragma once

#include <sys/socket.h>

#include "base/base.h"
#include "http.h"

#define DOOR_TOKEN_MAX   256
#define DOOR_ADDRESS_LEN 64 /* INET6_ADDRSTRLEN and a scope */
#define DOOR_ADDRESSES   64 /* whose failures are counted; the least recent gives way */

enum door_shown {
	DOOR_OPEN,    /* the token */
	DOOR_NOTHING, /* no token: some senders ask first without one */
	DOOR_WRONG,
};

struct door {
	char listen[DOOR_ADDRESS_LEN]; /* without brackets */
	int port;
	int is_loopback; /* only this machine reaches it */
	char token[DOOR_TOKEN_MAX];
	struct door_failures {
		char address[DOOR_ADDRESS_LEN];
		unsigned long n;
		uint64_t last;
	} failures[DOOR_ADDRESSES];
	uint64_t turns;
};

/* 0, or negative errno with a sentence in why. */
int door_open(struct door *d, const char *listen, const char *token_file,
	char why[static HTTP_WHY]) must_check;
/* Forgets the token. */
void door_finish(struct door *d);

/* authorization: the header, NULL = none. */
enum door_shown door_judge(const struct door *d, const char *authorization);
/* Counts it for the address; 1 where it is to be logged: the 1st, 10th, 100th ... of it.
 * *ret_n: how many there were. */
int door_failed(struct door *d, const char *address, unsigned long *ret_n);
/* An address as people write it. */
void door_address(const struct sockaddr *a, char ret[static DOOR_ADDRESS_LEN]);
