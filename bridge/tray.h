/* SPDX-License-Identifier: MIT */
/* Documents that came over the network, as files of the spool's directory: in SPOOL/inbox from
 * before their sender is answered until their batches are in the spool; then gone, or, if they
 * cannot be read, in SPOOL/refused with a .reason beside each. Both are bounded. A kill at any
 * point leaves a document where it was or where it goes, never half of one. Refuses to know what
 * is in a document. Safe for two threads: one puts, the other takes. */
#pragma once

#include "base/base.h"
#include "base/clock.h"

#define TRAY_DOCUMENT_MAX  (64 * 1024 * 1024) /* bytes */
#define TRAY_INBOX_FILES   4096
#define TRAY_INBOX_BYTES   (256 * 1024 * 1024)
#define TRAY_REFUSED_FILES 256
#define TRAY_REFUSED_BYTES (128 * 1024 * 1024)
#define TRAY_REASON_MAX    1024
#define TRAY_NAME_MAX      128 /* of a file */

struct tray;

enum {
	TRAY_E_FULL = 1, /* nothing was kept: documents are to be taken first */
	TRAY_E_BIG,      /* more than TRAY_DOCUMENT_MAX */
};

/* What may lie there; 0 = the number above. */
struct tray_limits {
	unsigned long inbox_files, refused_files;
	int64_t inbox_bytes, refused_bytes;
};

struct tray_document {
	const char *person; /* NULL: nobody was named */
	const char *format; /* the reader it was meant for; NULL: by sniffing */
	const void *bytes;
	size_t n;
};

struct tray_part {
	unsigned long files;
	int64_t bytes;
};

struct tray_totals {
	struct tray_part inbox, refused;
	unsigned long forgotten; /* refused ones that went for newer ones, ever */
};

/* Makes the two directories below `spool`, removes what a kill left half-written. limits may be
 * NULL. 0 or negative errno. */
int tray_open(const char *spool, const struct tray_limits *limits,
	struct tray **ret) must_check;
struct tray *tray_close(struct tray *t); /* NULL is fine; returns NULL */

/* When it returns 0 the document survives a power cut; *ret_path (if wanted) is the caller's to
 * free. TRAY_E_*, or negative errno: it was not kept. */
int tray_put(struct tray *t, const struct tray_document *d, utc_ms now,
	char **ret_path) must_check;
/* Its batches are committed: away with it. */
int tray_done(struct tray *t, const char *path) must_check;
/* Keeps it among the refused, with the reason in plain words. */
int tray_refuse(struct tray *t, const char *path, const char *reason) must_check;

/* 1: half of the room is taken: whoever can hold its senders back should. */
int tray_is_filling(struct tray *t);
void tray_count(struct tray *t, struct tray_totals *ret);

struct tray_item {
	char person[ID_MAX + 1], format[ID_MAX + 1]; /* "": none */
	utc_ms arrived;
	int64_t bytes;
	const char *path;                 /* borrowed for the call */
	char reason[TRAY_REASON_MAX + 1]; /* of a refused one */
};

/* Both below look at the directory only, beside a running bridge, too. In the order of arrival;
 * each() != 0 stops and is returned. */
int tray_each_waiting(const char *spool,
	int (*each)(void *ctx, const struct tray_item *i), void *ctx) must_check;
int tray_each_refused(const char *spool,
	int (*each)(void *ctx, const struct tray_item *i), void *ctx) must_check;
/* Without opening it; what is not there counts as empty. */
void tray_look(const char *spool, struct tray_totals *ret);
