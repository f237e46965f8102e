/* SPDX-License-Identifier: MIT */
/* Taps: text or JSON to a rating or an answer, either to a Batch. */
#include "in/taps.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <dozed/v1/batch.pb-c.h>
#include <jansson.h>

#include "core/day.h"

#define WITHDRAW "withdraw"

static int
refuse(const char *sentence, char *why)
{
	snprintf(why, TAPS_WHY_LEN, "%s", sentence);
	return TAPS_E_REFUSED;
}

static int
refuse_value(enum rating_kind kind, char *why)
{
	snprintf(why, TAPS_WHY_LEN, "%s is a whole number from 0 to 10",
		kind == RATING_SLEEP_QUALITY ? "sleep quality" : "pain");
	return TAPS_E_REFUSED;
}

/* The payload as text without blanks around it, "" if a NUL is in it; 0 if it is too long. */
static int
trimmed(const void *payload, size_t n, char ret[static TAPS_PAYLOAD_MAX + 1])
{
	const char *s = payload;
	if (n > TAPS_PAYLOAD_MAX)
		return 0;
	if (memchr(s, '\0', n))
		n = 0;
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	for (; n > 0 && isspace((unsigned char)*s); n--)
		s++;
	memcpy(ret, s, n);
	ret[n] = '\0';
	return 1;
}

/* --- parts of JSON ------------------------------------------------------------------------ */

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
has_other_keys(const json_t *root, const char *const *known)
{
	const char *key;
	json_t *unused;
	json_object_foreach((json_t *)root, key, unused)
	{
		const char *const *k = known;
		while (*k && strcmp(*k, key) != 0)
			k++;
		if (!*k)
			return 1;
	}
	return 0;
}

/* --- ratings ------------------------------------------------------------------------------ */

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
plain_number(const char *s, int *ret)
{
	size_t n = strspn(s, "0123456789");
	size_t m = s[n] == '.' ? 1 + strspn(s + n + 1, "0") : 0;

	if (n == 0 || n > 2 || s[n + m] != '\0' || m == 1)
		return 0;
	return whole(strtod(s, NULL), ret);
}

static int
word_value(const char *s, enum rating_kind kind, int *ret, char *why)
{
	static const char *const nothing[] = {"none", "unknown", "unavailable", "null"};
	for (size_t i = 0; i < array_len(nothing); i++)
		if (strcasecmp(s, nothing[i]) == 0)
			return TAPS_E_NOTHING;
	if (strcmp(s, WITHDRAW) == 0) {
		*ret = RATING_WITHDRAWN;
		return 0;
	}
	return plain_number(s, ret) ? 0 : refuse_value(kind, why);
}

static int
json_value(const json_t *v, enum rating_kind kind, int *ret, char *why)
{
	if (!v)
		return refuse("there is no \"value\" in it", why);
	if (json_is_null(v))
		return TAPS_E_NOTHING;
	if (json_is_string(v))
		return word_value(json_string_value(v), kind, ret, why);
	return json_is_number(v) && whole(json_number_value(v), ret)
		       ? 0
		       : refuse_value(kind, why);
}

static int
json_when(const json_t *root, struct tap_said *said, char *why)
{
	const json_t *t = json_object_get(root, "time"),
		     *date = json_object_get(root, "date");
	if (t && date)
		return refuse("it has a time and a date; one of them is enough", why);
	if (t && !parse_time(t, &said->at))
		return refuse(bad_time, why);
	if (date && (!json_is_string(date) ||
			    !civil_date_parse(json_string_value(date), &said->date)))
		return refuse("its date is not written as 2026-03-29", why);
	said->when = t ? TAP_AT : date ? TAP_OF : TAP_NOW;
	return 0;
}

static int
rating_json(const char *s, enum rating_kind kind, struct tap_said *said, char *why)
{
	static const char *const keys[] = {"value", "time", "date", "source", NULL};
	json_t *root = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	int rc;

	if (!root)
		rc = refuse("neither a plain number nor JSON", why);
	else if (has_other_keys(root, keys))
		rc = refuse("the keys of a rating are value, time, date and source", why);
	else
		rc = json_value(json_object_get(root, "value"), kind, &said->value, why);
	if (rc == 0)
		rc = json_when(root, said, why);
	json_decref(root);
	return rc;
}

int
taps_parse(const void *payload, size_t n, enum rating_kind kind, struct tap_said *ret,
	char why[static TAPS_WHY_LEN])
{
	char text[TAPS_PAYLOAD_MAX + 1];
	struct tap_said said = {.when = TAP_NOW};
	int rc;

	if (!trimmed(payload, n, text))
		return refuse("too long for a rating", why);
	rc = *text == '{' ? rating_json(text, kind, &said, why)
			  : word_value(text, kind, &said.value, why);
	if (rc == 0)
		*ret = said;
	return rc;
}

/* --- when ----------------------------------------------------------------------------------- */

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
taps_date(const struct tap_said *said, const struct zone *z, utc_ms now,
	struct rating *ret, char why[static TAPS_WHY_LEN])
{
	struct rating r = {
		.kind = ret->kind, .at = said->when == TAP_AT ? said->at : now};
	utc_ms from, to;
	int rc = check_time(r.at, said->when == TAP_AT, now, why);

	if (rc != 0)
		return rc;
	r.value = said->value;
	rating_span(z, r.kind, said->when == TAP_OF ? said->date : rating_date(z, &r),
		&from, &to);
	if (now.ms < from.ms && said->when == TAP_OF)
		return refuse("that day has not begun yet", why);
	if (now.ms != INT64_MAX && now.ms > to.ms + TAPS_EDIT_MS)
		return refuse("a day can be rated until 48 hours after its end; this one "
			      "is over for longer",
			why);
	if (said->when == TAP_OF && r.at.ms >= to.ms)
		r.at = UTC(to.ms - 1);
	*ret = r;
	return 0;
}

/* --- answers -------------------------------------------------------------------------------- */

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
	static const char *const keys[] = {"cmd", "time", "source", NULL};
	json_t *root = json_loads(s, JSON_REJECT_DUPLICATES, NULL);
	const json_t *t = json_object_get(root, "time");
	int rc;

	if (!root)
		rc = refuse("neither a command nor JSON", why);
	else if (has_other_keys(root, keys))
		rc = refuse("the keys of a command are cmd, time and source", why);
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
	rating.withdrawn = r->value == RATING_WITHDRAWN;
	rating.value = rating.withdrawn ? 0 : (uint32_t)r->value;
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
