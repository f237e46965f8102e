/* SPDX-License-Identifier: MIT */
/* Taps: text or JSON to a rating, a rating to a Batch. */
#include "in/taps.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dozed/v1/batch.pb-c.h>
#include <jansson.h>

#include "base/civil.h"

static const char *
kind_words(enum rating_kind kind)
{
	return kind == RATING_SLEEP_QUALITY ? "sleep quality" : "pain";
}

static int
refuse_value(enum rating_kind kind, char *why)
{
	snprintf(
		why, TAPS_WHY_LEN, "%s is a whole number from 0 to 10", kind_words(kind));
	return TAPS_E_REFUSED;
}

static int
refuse(const char *sentence, char *why)
{
	snprintf(why, TAPS_WHY_LEN, "%s", sentence);
	return TAPS_E_REFUSED;
}

static int
whole(double v, int *ret)
{
	if (!(v >= 0 && v <= 10) || v != floor(v))
		return 0;
	*ret = (int)v;
	return 1;
}

/* Digits, at most one point: no "inf", "0x5", "1e1", which strtod would take. */
static int
parse_plain(const char *s, int *ret)
{
	size_t n = strspn(s, "0123456789");
	size_t m = s[n] == '.' ? 1 + strspn(s + n + 1, "0") : 0;

	if (n == 0 || n > 2 || s[n + m] != '\0' || m == 1)
		return 0;
	return whole(strtod(s, NULL), ret);
}

static int
parse_time(const json_t *t, utc_ms *ret)
{
	char text[32];

	if (json_is_string(t))
		return civil_time_parse(json_string_value(t), NULL, ret, NULL);
	if (!json_is_integer(t))
		return 0;
	snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(t));
	return civil_time_parse(text, NULL, ret, NULL);
}

static int
parse_json(
	const char *s, enum rating_kind kind, struct rating *r, int *ret_timed, char *why)
{
	json_t *root = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	const json_t *value = json_object_get(root, "value"),
		     *t = json_object_get(root, "time");
	int rc = 0;

	if (!root)
		rc = refuse("neither a plain number nor JSON", why);
	else if (json_is_string(value)
			 ? !parse_plain(json_string_value(value), &r->value)
			 : !json_is_number(value) ||
				   !whole(json_number_value(value), &r->value))
		rc = refuse_value(kind, why);
	else if (t && !parse_time(t, &r->at))
		rc = refuse(
			"its time is not ISO 8601 with a zone, nor epoch seconds or ms",
			why);
	*ret_timed = t != NULL;
	json_decref(root);
	return rc;
}

int
taps_parse(const void *payload, size_t n, enum rating_kind kind, utc_ms now,
	struct rating *ret, char why[static TAPS_WHY_LEN])
{
	char text[TAPS_PAYLOAD_MAX + 1], *s = text;
	struct rating r = {.kind = kind, .at = now};
	int timed = 0, rc = 0;

	if (n > TAPS_PAYLOAD_MAX)
		return refuse("too long for a rating", why);
	memcpy(text, payload, n);
	text[n] = '\0';
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '{')
		rc = parse_json(s, kind, &r, &timed, why);
	else if (!parse_plain(s, &r.value))
		rc = refuse_value(kind, why);
	if (rc != 0)
		return rc;
	if (!timed && now.ms == INT64_MAX)
		return refuse("the hub's clock is not set yet, and the rating has no "
			      "time of its own",
			why);
	if (now.ms != INT64_MAX && r.at.ms > now.ms + TAPS_FUTURE_MS)
		return refuse("its time lies in the future", why);
	*ret = r;
	return 0;
}

size_t
taps_encode(const struct tap *t, unsigned char ret[static TAPS_BATCH_MAX])
{
	Dozed__V1__Batch batch = DOZED__V1__BATCH__INIT;
	Dozed__V1__Rating rating = DOZED__V1__RATING__INIT, *ratings[1] = {&rating};
	const struct rating *r = &t->rating;

	rating.kind = (Dozed__V1__RatingKind)r->kind;
	rating.at_ms = r->at.ms;
	rating.value = (uint32_t)r->value;
	rating.revision = r->revision;
	batch.epoch = t->epoch;
	batch.seq = t->seq;
	batch.sent_ms = t->sent.ms;
	batch.historical = t->historical;
	batch.n_ratings = 1;
	batch.ratings = ratings;
	assert(dozed__v1__batch__get_packed_size(&batch) <= TAPS_BATCH_MAX);
	return dozed__v1__batch__pack(&batch, ret);
}
