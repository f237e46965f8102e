/* SPDX-License-Identifier: MIT */
/* See push_fill.h. */
#include "out/push_fill.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const priorities[] = {"auto", "low", "normal", "high"};

int
fill_of_type(const char *content_type)
{
	size_t n = strcspn(content_type, "; ");
	if ((n == 16 && strncasecmp(content_type, "application/json", n) == 0) ||
		(n > 5 && strncasecmp(content_type + n - 5, "+json", 5) == 0))
		return FILL_JSON;
	if (n == 33 &&
		strncasecmp(content_type, "application/x-www-form-urlencoded", n) == 0)
		return FILL_FORM;
	return strncasecmp(content_type, "text/", 5) == 0 ? FILL_PLAIN : -1;
}

/* The value of a name, in number where it is one; NULL: no such name. */
static const char *
value_of(const struct fill *f, const char *name, size_t n, char number[static 16])
{
	const struct {
		const char *name, *value;
	} table[] = {{"title", f->n->title}, {"text", f->n->text}, {"id", f->n->id},
		{"tag", f->n->tag}, {"revision", number}, {"person", f->n->person},
		{"date", f->n->date}, {"event_type", f->n->event_type},
		{"language", f->n->language}, {"issued_at", f->n->issued_at},
		{"expires_at", f->n->expires_at}, {"click", f->c->click},
		{"topic", f->c->topic}, {"priority", priorities[f->priority]},
		{"token", f->token}};
	snprintf(number, 16, "%d", f->n->revision);
	for (size_t i = 0; i < array_len(table); i++)
		if (strlen(table[i].name) == n && strncmp(table[i].name, name, n) == 0)
			return table[i].value;
	return NULL;
}

static void
put_byte(FILE *out, unsigned char c, enum fill_as as)
{
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *s = c ? strchr(shorts, c) : NULL;
	switch (as) {
	case FILL_PLAIN:
		fputc(c, out);
		break;
	case FILL_JSON:
		/* a letter of the pairs' second half is itself; controls come first */
		if (s && (c < 0x20 || c == '"' || c == '\\'))
			fprintf(out, "\\%c", s[1]);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
		break;
	case FILL_FORM:
	case FILL_URL:
		if ((c < 0x80 && isalnum(c)) || strchr("-._~", c) ||
			(c == '/' && as == FILL_URL))
			fputc(c, out);
		else
			fprintf(out, "%%%02X", c);
		break;
	}
}

void
fill_put(FILE *out, const char *value, enum fill_as as)
{
	for (; *value; value++)
		put_byte(out, (unsigned char)*value, as);
}

char *
fill_text(const char *text, enum fill_as as, const struct fill *f,
	char why[static FILL_WHY_LEN])
{
	char *ret = NULL, number[16];
	size_t size;
	FILE *out = open_memstream(&ret, &size);
	int bad = !out;
	if (bad)
		abort();
	for (const char *s = text; *s && !bad;) {
		if (strncmp(s, "{{", 2) != 0) {
			fputc(*s++, out);
			continue;
		}
		const char *end = strstr(s, "}}"), *name = s + 2 + strspn(s + 2, " ");
		size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
		const char *v = end ? value_of(f, name, n, number) : NULL;
		bad = !v || name + n + strspn(name + n, " ") != end;
		if (!end)
			snprintf(why, FILL_WHY_LEN, "a {{ has no }}");
		else if (bad)
			snprintf(why, FILL_WHY_LEN,
				"{{%.*s}} is no name that is known here",
				(int)(end - s - 2 < 40 ? end - s - 2 : 40), s + 2);
		if (!bad)
			fill_put(out, v, as);
		s = bad ? s : end + 2;
	}
	fclose(out);
	if (bad) {
		free(ret);
		ret = NULL;
	}
	return ret;
}

const char *
fill_fault(const char *text, const char *content_type, char why[static FILL_WHY_LEN])
{
	static const struct push_config c = {.click = "https://hub/", .topic = "t"};
	static const struct push_notice n = {.title = "T \"",
		.text = "t\n",
		.person = "p",
		.date = "d",
		.event_type = "e",
		.language = "en",
		.issued_at = "i",
		.expires_at = "x",
		.id = "i",
		.tag = "g",
		.revision = 1};
	const struct fill f = {&c, &n, "token", PUSH_NORMAL};
	int as = fill_of_type(content_type);
	if (as < 0)
		return "not a content type that can be filled in: application/json, "
		       "application/x-www-form-urlencoded or text/plain";
	char *filled cleanup(freep) = fill_text(text, (enum fill_as)as, &f, why);
	if (!filled)
		return why;
	json_error_t e;
	json_t *j = as == FILL_JSON ? json_loads(filled, JSON_DECODE_ANY, &e) : NULL;
	if (as == FILL_JSON && !j) {
		snprintf(why, FILL_WHY_LEN,
			"line %d is no JSON once it is filled in: %.60s", e.line, e.text);
		return why;
	}
	json_decref(j);
	return NULL;
}
