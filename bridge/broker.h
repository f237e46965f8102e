/* SPDX-License-Identifier: MIT */
/* What --to says: mqtt[s]://[user@]host[:port]. No password in it, since every process on
 * the machine could read that: --password-file. */
#pragma once

#include "base/base.h"

struct broker {
	char uri[320]; /* as Paho wants it: "tcp://host:1883", "ssl://host:8883" */
	char key[288]; /* "host:port": whose batches these are, in the spool */
	char user[128];
	int tls;
};

/* NULL, or what is wrong with it. */
const char *broker_parse(const char *text, struct broker *ret);
