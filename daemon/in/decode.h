/* SPDX-License-Identifier: MIT */
/* Bytes to struct batch: limits first, then protobuf-c into the arena, then every range,
 * length and enum checked. Refuses the whole batch with a sentence, or accepts it whole;
 * knows no broker and no store. */
#pragma once

#include "base/arena.h"
#include "core/batch.h"

#define DECODE_PAYLOAD_MAX  (64 * 1024)
#define DECODE_ARENA_SIZE   (4 * 1024 * 1024)
#define DECODE_SAMPLES_MAX  32768 /* per series; 64 KiB of int16 */
#define DECODE_REPEATED_MAX 4096  /* series, sessions, stages, ratings, markers, ... */
#define DECODE_FUTURE_MS    (5 * MINUTE_MS) /* further ahead of the hub is refused */
#define DECODE_OLDEST_MS    INT64_C(-2208988800000)  /* 1900-01-01; nothing is older */
#define DECODE_NEWEST_MS    INT64_C(253402300799999) /* 9999-12-31; even without a clock */
#define DECODE_WHY_LEN      128

enum { DECODE_E_REFUSED = 1 };

/* What is wrong in its structure (lengths that disagree, times out of reach, a session that
 * ends before it starts, bad text, a bad rating or answer) refuses the whole batch. What a broken sensor or
 * a newer bridge may send does not: an implausible sample becomes NAN and is counted in
 * refused_samples, a series of an unknown channel is left out and counted in ignored_series (its
 * times still count for first and last), an unknown stage is UNMEASURABLE, an unknown sleep kind
 * UNSPECIFIED, an unknown metric is left out. A DELETED session may lack its times (0, 0).
 *
 * `from`, `received` are filled in as given; pointers in *ret live in the arena, which is
 * reset first. now.ms = INT64_MAX: the hub's clock is not trusted, no future check.
 * On DECODE_E_REFUSED `why` says what and where, without any value of a person. */
int decode_batch(struct arena *a, const struct device_id *from, utc_ms received,
	utc_ms now, const void *payload, size_t n, struct batch *ret,
	char why[static DECODE_WHY_LEN]) must_check;

/* Splits `<root>/v1/ingest/<person>/<source>/<device>`: 1 and *ret, or 0. */
int topic_device(const char *root, const char *topic, size_t len,
	struct device_id *ret) must_check;
/* Splits `<root>/<person>/<rating>/set`: 1, or 0. */
int topic_rating(const char *root, const char *topic, size_t len,
	char ret_person[static ID_MAX + 1], enum rating_kind *ret_kind) must_check;
/* Splits `<root>/<person>/cmd`: 1, or 0. */
int topic_cmd(const char *root, const char *topic, size_t len,
	char ret_person[static ID_MAX + 1]) must_check;
