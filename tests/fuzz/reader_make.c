// SPDX-License-Identifier: MIT
// Files from the templates of reader_forms.c, whole or with one value damaged.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "reader_cases.h"

#define FIRST_DAY INT64_C(1777500000)  /* 2026-04-29T22:00Z */
#define YEAR_1    INT64_C(62135596800) /* seconds from there to 1970 */

void
blob_add(struct blob *b, const void *data, size_t n)
{
	if (b->n + n > b->cap) {
		b->cap = 2 * (b->n + n);
		b->data = xrealloc(b->data, b->cap, 1);
	}
	if (n)
		memcpy(b->data + b->n, data, n);
	b->n += n;
}

void
blob_finish(struct blob *b)
{
	free(b->data);
	*b = (struct blob){0};
}

static void
add_text(struct blob *b, const char *text)
{
	blob_add(b, text, strlen(text));
}

/* "@s600;": what it stands for in record i. */
static void
add_placeholder(struct blob *to, const char *at, int i)
{
	char text[64], stamp[CIVIL_TIME_LEN];
	int64_t s = FIRST_DAY + (int64_t)i * 2 * (DAY_MS / SECOND_MS);

	switch (at[1]) {
	case 'i':
		snprintf(text, sizeof text, "%d", i);
		break;
	case 'd':
	case 'e':
		civil_time_text(NULL,
			UTC((s + (at[1] == 'e' ? DAY_MS / SECOND_MS : 0)) * SECOND_MS),
			stamp);
		snprintf(text, sizeof text, "%.10s", stamp);
		break;
	default:
		s += atoll(at + 2) + (at[1] == 't' ? YEAR_1 : 0);
		snprintf(text, sizeof text, "%lld%s", (long long)s,
			at[1] == 't'   ? "0000000"
			: at[1] == 'm' ? "000"
				       : "");
	}
	add_text(to, text);
}

/* The k-th value in MUST() becomes `instead`, where that is not NULL. */
static void
add_record(struct blob *to, const char *t, int i, int k, const struct blob *instead)
{
	for (int at = 0; *t; t++) {
		if (*t == '\1' && instead && at++ == k) {
			blob_add(to, instead->data, instead->n);
			t = strchr(t, '\2');
		} else if (*t == '@') {
			add_placeholder(to, t, i);
			t = strchr(t, ';');
		} else if (*t > 2 || *t < 0) {
			blob_add(to, t, 1);
		}
	}
}

static const char *
template_of(const struct form *f, int i)
{
	int n = 0;
	while (n < CASE_VARIANTS && f->record[n])
		n++;
	return f->record[i % n];
}

static int
musts_in(const char *t)
{
	int n = 0;
	for (; *t; t++)
		n += *t == '\1';
	return n;
}

void
sql_make(const char *sql, struct blob *to)
{
	sqlite3 *db;
	sqlite3_int64 n = 0;
	char *why = NULL;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
		fprintf(stderr, "%s in: %s\n", why ? why : "no database", sql);
		abort();
	}
	unsigned char *file = sqlite3_serialize(db, "main", &n, 0);
	blob_add(to, file, (size_t)n);
	sqlite3_free(file);
	sqlite3_close(db);
}

static void
assemble(const struct form *f, int n, int without, int harm, int k,
	const struct blob *instead, struct blob *to)
{
	struct blob text = {0};
	int first = 1;

	add_text(&text, f->head);
	for (int i = 0; i < n; i++) {
		if (i == without) {
			add_text(&text, f->absent ? f->absent : "");
			continue;
		}
		if (!first)
			add_text(&text, f->between);
		first = 0;
		add_record(&text, template_of(f, i), i, k, i == harm ? instead : NULL);
	}
	add_text(&text, f->tail);
	if (f->kind == FORM_SQL) {
		blob_add(&text, "", 1);
		sql_make((const char *)text.data, to);
	} else {
		blob_add(to, text.data, text.n);
	}
	blob_finish(&text);
}

void
form_make(const struct form *f, int n, int without, struct blob *to)
{
	uint64_t none = 0;

	to->n = 0;
	if (f->kind == FORM_BINARY)
		f->make(to, n, without, -1, &none);
	else
		assemble(f, n, without, -1, 0, NULL, to);
}

#define TEXT(x)                                                                          \
	{                                                                                \
		(unsigned char *)x, sizeof x - 1, 0                                      \
	}

/* What no vendor means by a time, a number or a name. */
static const struct blob in_json[] = {TEXT("null"), TEXT("true"), TEXT("{}"), TEXT("[]"),
	TEXT("\"\""), TEXT("-1e300"), TEXT("{\"a\": [1, {\"b\": null}]}"),
	TEXT("[[[[[[[[1]]]]]]]]"), TEXT("1e999"), TEXT("-99999999999999999999999"),
	TEXT("x"), TEXT(""), TEXT("\\"), TEXT("'a'"), TEXT("NaN"), TEXT("1 2"),
	TEXT("\"a\" \"b\""), TEXT("0x10"), TEXT("\"\t\n\"")};
static const struct blob in_lines[] = {TEXT("x"), TEXT("-"), TEXT("1e5x"), TEXT("nan"),
	TEXT("9999-12-31T23:59:59Z"), TEXT("\xff\xfe"), TEXT("a\0b"),
	TEXT("99999999999999999999"), TEXT("-1"), TEXT("a,b"), TEXT("\xed\xa0\x80"),
	TEXT("%s%n"), TEXT("0x10")};
static const struct blob in_xml[] = {TEXT("x"), TEXT(""), TEXT("&lt;"), TEXT("&nbsp;"),
	TEXT("2026-02-30 25:61:00 +0100"), TEXT("-1"), TEXT("nan"), TEXT("&#0;"),
	TEXT("<"), TEXT("\""), TEXT("\xff"), TEXT("\x01"),
	TEXT("9999-01-01 00:00:00 +0000"), TEXT("99999999999999999999")};
static const struct blob in_sql[] = {TEXT("'x'"), TEXT("x'00ff'"), TEXT("-1"),
	TEXT("9e99"), TEXT("''"), TEXT("9223372036854775807"),
	TEXT("-9223372036854775808"), TEXT("0"), TEXT("1e-300")};

int
form_harm(const struct form *f, int n, int harm, uint64_t *seed, struct blob *to,
	char what[static 80])
{
	static const struct {
		const struct blob *v;
		size_t n;
	} tokens[] = {[FORM_JSON] = {in_json, array_len(in_json)},
		[FORM_LINES] = {in_lines, array_len(in_lines)},
		[FORM_XML] = {in_xml, array_len(in_xml)},
		[FORM_SQL] = {in_sql, array_len(in_sql)}};

	to->n = 0;
	if (f->kind == FORM_BINARY) {
		f->make(to, n, -1, harm, seed);
		snprintf(what, 80, "record %d", harm);
		return 1;
	}
	int musts = musts_in(template_of(f, harm));
	if (musts == 0)
		return 0;
	int k = (int)case_below(seed, (uint32_t)musts);
	const struct blob *token =
		&tokens[f->kind].v[case_below(seed, (uint32_t)tokens[f->kind].n)];
	snprintf(what, 80, "record %d, value %d: %.*s", harm, k, (int)token->n,
		(const char *)token->data);
	assemble(f, n, -1, harm, k, token, to);
	return 1;
}
