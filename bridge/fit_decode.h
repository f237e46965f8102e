/* SPDX-License-Identifier: MIT */
/* FIT as a container: header, check sums, definitions and the messages they shape. Knows no
 * message but that field 253 is a time. Debian 12 has no library in C that reads it; this is
 * from the public description of the protocol. */
#pragma once

#include "report.h"

#define FIT_SIZE_MAX   (32L * 1024 * 1024) /* a day of everything is a few hundred KiB */
#define FIT_EPOCH_S    INT64_C(631065600)  /* 1989-12-31T00:00:00Z in Unix time */
#define FIT_TIME_LEAST 0x10000000 /* below: seconds since the device was switched on */
#define FIT_TIMESTAMP  253

struct fit_field {
	uint8_t number, size, type;
};

struct fit_definition {
	int known, big_endian;
	unsigned message, n, size; /* bytes of a record, developer fields included */
	struct fit_field field[255];
};

struct fit_message {
	const struct fit_definition *def; /* borrowed */
	const unsigned char *bytes;       /* borrowed */
	unsigned long at;                 /* where it lies in the file */
	int64_t time; /* seconds of FIT: its own field 253, or the header's; -1: none */
	int64_t last; /* the last time before it or its own; -1: none */
};

/* The value of field `number`: its first element, its i-th; NAN where it is not there, says
 * "invalid", or is no number. */
double fit_number(const struct fit_message *m, int number);
double fit_element(const struct fit_message *m, int number, unsigned i);
/* Elements of a field; 0: not there. */
unsigned fit_count(const struct fit_message *m, int number);

struct fit_part {
	unsigned char *bytes; /* borrowed: the whole file */
	size_t n, at; /* at: where this FIT begins; set to where the next one would */
	int cut;      /* the file ends before it does */
};

/* Reads one FIT of the file; one() != 0 stops and is returned. What cannot be read is reported.
 * 0 or what one() returned. */
int fit_each(struct fit_part *part, struct report *report,
	int (*one)(void *ctx, struct fit_message *m), void *ctx) must_check;
/* 1 if a FIT begins here. */
int fit_begins(const unsigned char *p, size_t n);
