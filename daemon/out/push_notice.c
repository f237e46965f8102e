/* SPDX-License-Identifier: MIT */
/* See push_notice.h. */
#include "out/push_notice.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* What a prompt asks for, by its event type: the topic of the tap. */
static const char *
rating_of(const char *event_type)
{
	if (strcmp(event_type, notice_names[NOTICE_SLEEP_PROMPT]) == 0)
		return "sleep_quality";
	if (strcmp(event_type, notice_names[NOTICE_PAIN_PROMPT]) == 0)
		return "pain_day";
	return "";
}

struct bytes
push_notice_encode(const struct notice *n, enum language l)
{
	char date[CIVIL_DATE_LEN], issued[CIVIL_TIME_LEN], expires[CIVIL_TIME_LEN];
	civil_date_text(n->date, date);
	civil_time_text(NULL, n->issued, issued);
	civil_time_text(NULL, n->expires, expires);
	json_t *o = json_pack(
		"{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, "
		"s:s}",
		"id", n->id, "revision", (int)n->revision, "tag", n->tag, "person",
		n->person, "date", date, "event_type", notice_names[n->kind], "title",
		n->title, "text", n->text, "discreet_title", n->discreet_title,
		"discreet_text", n->discreet_text, "language", language_names[l],
		"issued_at", issued, "expires_at", expires);
	char *s = o ? json_dumps(o, JSON_COMPACT) : NULL;
	json_decref(o);
	/* NULL: a text that is no UTF-8, which words never makes */
	return (struct bytes){(unsigned char *)s, s ? strlen(s) : 0};
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

/* FNV-1a: no secret, but nothing to be read in passing. */
static void
veil(const char *text, char *ret, size_t size)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (const unsigned char *s = (const unsigned char *)text; *s; s++)
		h = (h ^ *s) * 0x100000001b3u;
	snprintf(ret, size, "dozed-%016" PRIx64, h);
}

int
push_notice_read(const void *payload, size_t n, int discreet, struct push_notice *ret)
{
	json_t *o = json_loadb(payload, n, 0, NULL);
	if (!json_is_object(o) || !text_of(o, "id")[0] || !text_of(o, "tag")[0]) {
		json_decref(o);
		return -EINVAL;
	}
	const char *kind = text_of(o, "event_type");
	*ret = (struct push_notice){.root = o,
		.revision = (int)json_integer_value(json_object_get(o, "revision")),
		.discreet = discreet,
		.is_prompt = rating_of(kind)[0] != '\0',
		.title = text_of(o, discreet ? "discreet_title" : "title"),
		.text = text_of(o, discreet ? "discreet_text" : "text"),
		.person = discreet ? "" : text_of(o, "person"),
		.date = text_of(o, "date"),
		.event_type = discreet ? "notice" : kind,
		.language = text_of(o, "language"),
		.issued_at = text_of(o, "issued_at"),
		.expires_at = text_of(o, "expires_at"),
		.rating = discreet ? "" : rating_of(kind)};
	if (discreet) {
		veil(text_of(o, "id"), ret->id, sizeof ret->id);
		veil(text_of(o, "tag"), ret->tag, sizeof ret->tag);
	} else {
		snprintf(ret->id, sizeof ret->id, "%s", text_of(o, "id"));
		snprintf(ret->tag, sizeof ret->tag, "%s", text_of(o, "tag"));
	}
	return 0;
}

void
push_notice_finish(struct push_notice *n)
{
	json_decref(n->root);
	*n = (struct push_notice){0};
}
