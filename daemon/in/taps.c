/* SPDX-License-Identifier: MIT */
/* Taps: text or JSON to a rating or an answer, either to a Batch. */
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

static const char bad_time[] =
	"its time is not ISO 8601 with a zone, nor epoch seconds or ms";

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
		rc = refuse(bad_time, why);
	*ret_timed = t != NULL;
	json_decref(root);
	return rc;
}

/* The payload as text without blanks around it; 0 if it is too long. */
static int
trimmed(const void *payload, size_t n, char ret[static TAPS_PAYLOAD_MAX + 1])
{
	const char *s = payload;
	if (n > TAPS_PAYLOAD_MAX)
		return 0;
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	for (; n > 0 && isspace((unsigned char)*s); n--)
		s++;
	memcpy(ret, s, n);
	ret[n] = '\0';
	return 1;
}

/* timed: it came with a time of its own. */
static int
check_time(utc_ms at, int timed, utc_ms now, char *why)
{
	if (!timed && now.ms == INT64_MAX)
		return refuse("the hub's clock is not set yet, and there is no time with "
			      "it",
			why);
	if (now.ms != INT64_MAX && at.ms > now.ms + TAPS_FUTURE_MS)
		return refuse("its time lies in the future", why);
	return 0;
}

int
taps_parse(const void *payload, size_t n, enum rating_kind kind, utc_ms now,
	struct rating *ret, char why[static TAPS_WHY_LEN])
{
	char text[TAPS_PAYLOAD_MAX + 1];
	struct rating r = {.kind = kind, .at = now};
	int timed = 0, rc = 0;

	if (!trimmed(payload, n, text))
		return refuse("too long for a rating", why);
	if (*text == '{')
		rc = parse_json(text, kind, &r, &timed, why);
	else if (!parse_plain(text, &r.value))
		rc = refuse_value(kind, why);
	if (rc == 0)
		rc = check_time(r.at, timed, now, why);
	if (rc == 0)
		*ret = r;
	return rc;
}

static int
command_word(const char *word, struct feedback *f, char *why)
{
	if (word && strcmp(word, "recompute") == 0)
		return TAPS_E_RECOMPUTE;
	for (int k = 1; word && k < FEEDBACK_KINDS; k++)
		if (strcmp(word, feedback_names[k]) == 0) {
			f->kind = (enum feedback_kind)k;
			return 0;
		}
	return refuse("a command is one of: ack, snooze, false_alarm, recompute", why);
}

static int
command_json(const char *s, struct feedback *f, int *ret_timed, char *why)
{
	json_t *root = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	const json_t *t = json_object_get(root, "time");
	int rc;

	if (!root)
		rc = refuse("neither a command nor JSON", why);
	else
		rc = command_word(
			json_string_value(json_object_get(root, "cmd")), f, why);
	if (rc == 0 && t && !parse_time(t, &f->at))
		rc = refuse(bad_time, why);
	*ret_timed = t != NULL;
	json_decref(root);
	return rc;
}

int
taps_command(const void *payload, size_t n, utc_ms now, struct feedback *ret,
	char why[static TAPS_WHY_LEN])
{
	char text[TAPS_PAYLOAD_MAX + 1];
	struct feedback f = {.at = now};
	int timed = 0, rc;

	if (!trimmed(payload, n, text))
		return refuse("too long for a command", why);
	rc = *text == '{' ? command_json(text, &f, &timed, why)
			  : command_word(text, &f, why);
	if (rc == 0)
		rc = check_time(f.at, timed, now, why);
	if (rc == 0)
		*ret = f;
	return rc;
}

size_t
taps_encode(const struct tap *t, unsigned char ret[static TAPS_BATCH_MAX])
{
	Dozed__V1__Batch batch = DOZED__V1__BATCH__INIT;
	Dozed__V1__Rating rating = DOZED__V1__RATING__INIT, *ratings[1] = {&rating};
	Dozed__V1__Feedback answer = DOZED__V1__FEEDBACK__INIT, *answers[1] = {&answer};
	const struct rating *r = &t->rating;

	rating.kind = (Dozed__V1__RatingKind)r->kind;
	rating.at_ms = r->at.ms;
	rating.value = (uint32_t)r->value;
	rating.revision = r->revision;
	answer.kind = (Dozed__V1__FeedbackKind)t->feedback.kind;
	answer.at_ms = t->feedback.at.ms;
	batch.epoch = t->epoch;
	batch.seq = t->seq;
	batch.sent_ms = t->sent.ms;
	batch.historical = t->historical;
	batch.n_ratings = r->kind != 0;
	batch.ratings = ratings;
	batch.n_feedback = t->feedback.kind != 0;
	batch.feedback = answers;
	assert(dozed__v1__batch__get_packed_size(&batch) <= TAPS_BATCH_MAX);
	return dozed__v1__batch__pack(&batch, ret);
}
