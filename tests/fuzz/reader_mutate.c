// SPDX-License-Identifier: MIT
// Mutations of a file that a reader is given: of its bytes, of the tokens that make up JSON, CSV
// and XML, of a database by SQL, and of a packed form of it.
#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "reader_cases.h"

static void
replace(struct blob *b, size_t at, size_t n, const void *with, size_t with_n)
{
	size_t old = b->n;

	if (b->n - n + with_n > CASE_FILE_MAX)
		return;
	for (size_t more = with_n > n ? with_n - n : 0; more > 0; more--)
		blob_add(b, "", 1); /* makes room */
	memmove(b->data + at + with_n, b->data + at + n, old - at - n);
	memcpy(b->data + at, with, with_n);
	b->n = old - n + with_n;
}

/* ---- bytes --------------------------------------------------------------------------- */

static void
flip_bits(struct blob *b, uint64_t *seed)
{
	for (uint32_t k = 1 + case_below(seed, 8); k > 0; k--)
		b->data[case_below(seed, (uint32_t)b->n)] ^=
			(unsigned char)(1u << case_below(seed, 8));
}

static void
set_bytes(struct blob *b, uint64_t *seed)
{
	static const unsigned char edges[] = {0, 1, 0x7f, 0x80, 0xff, '"', '\n', ',', '<',
		'{', '[', '}', ']', '\\', '-', '0', '9'};
	for (uint32_t k = 1 + case_below(seed, 4); k > 0; k--)
		b->data[case_below(seed, (uint32_t)b->n)] =
			edges[case_below(seed, sizeof edges)];
}

static void
cut_off(struct blob *b, uint64_t *seed)
{
	b->n = case_below(seed, (uint32_t)b->n);
}

static void
cut_out(struct blob *b, uint64_t *seed)
{
	size_t at = case_below(seed, (uint32_t)b->n);
	replace(b, at, 1 + case_below(seed, (uint32_t)(b->n - at)), "", 0);
}

static void
repeat_a_piece(struct blob *b, uint64_t *seed)
{
	size_t at = case_below(seed, (uint32_t)b->n);
	size_t n = 1 + case_below(seed, (uint32_t)(b->n - at));
	unsigned char *piece = xcalloc(n, 1);

	memcpy(piece, b->data + at, n);
	for (uint32_t k = case_below(seed, 20) ? 1 : 200; k > 0; k--)
		replace(b, case_below(seed, (uint32_t)b->n), 0, piece, n);
	free(piece);
}

/* The whole again and again: many records, and as much work as the size allows. */
static void
amplify(struct blob *b, uint64_t *seed)
{
	size_t n = b->n, at = case_below(seed, (uint32_t)n);
	unsigned char *piece = xcalloc(n, 1);

	memcpy(piece, b->data + at, n - at);
	while (b->n + n - at < CASE_FILE_MAX && case_below(seed, 100))
		replace(b, at, 0, piece, n - at);
	free(piece);
}

static void
random_bytes(struct blob *b, uint64_t *seed)
{
	for (size_t i = case_below(seed, (uint32_t)b->n); i < b->n; i++)
		b->data[i] = (unsigned char)case_random(seed);
}

/* ---- tokens ---------------------------------------------------------------------------- */

static const char *const extremes[] = {"0", "-0", "-1", "1e308", "-1e308", "1e999",
	"1e-320", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"99999999999999999999999999", "2147483648", "4294967296", "9007199254740993",
	"0.1", "86400", "86401", "253402300799", "253402300800000", "1774737660",
	"1774737660000", "null", "true", "false", "[]", "{}", "\"\"", "\"-\"",
	"\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:60Z\"",
	"\"2026-02-30T25:61:61+99:99\"", "2026-03-29 02:30:00",
	"\"2026-03-29T02:30:00.000\"", "\"23:59\"", "24:00", "\"\\u0000\"", "\"\\ud800\"",
	"\"\\ud83d\\ude00\"", "\xff\xfe", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	"\"", "'", "\\", "\n", "\r\n", ",", ";", "\t", "%s%n%n", "../../../../etc/passwd",
	"&lt;", "&#0;", "&#x110000;", "&a;", "<![CDATA[x]]>", "<!-- -->", "<?x?>",
	"</Record>", "<Record ", "<HealthData>", "NaN", "inf", "0x7fffffff",
	"Europe/Berlin", "deleted", "1-1-1"};

static int
is_token(unsigned char c)
{
	return isalnum(c) || c >= 0x80 || strchr("._-+:", c);
}

/* One of the tokens: a text in quotes (with them), or a run of letters and digits. */
static void
find_token(const struct blob *b, uint64_t *seed, size_t *ret_at, size_t *ret_n)
{
	size_t at = case_below(seed, (uint32_t)b->n), end;

	while (at < b->n && (!b->data[at] || !is_token(b->data[at])))
		at++;
	while (at > 0 && at < b->n && b->data[at - 1] && is_token(b->data[at - 1]))
		at--;
	for (end = at; end < b->n && b->data[end] && is_token(b->data[end]);)
		end++;
	if (at > 0 && end < b->n && b->data[at - 1] == '"' && b->data[end] == '"' &&
		case_below(seed, 2))
		at--, end++;
	*ret_at = at;
	*ret_n = end - at;
}

static void
other_value(struct blob *b, uint64_t *seed)
{
	size_t at, n;
	const char *with = extremes[case_below(seed, array_len(extremes))];

	find_token(b, seed, &at, &n);
	replace(b, at, n, with, *with ? strlen(with) : 1);
}

static void
long_value(struct blob *b, uint64_t *seed)
{
	static const char *const units[] = {"9", "a", "\xe2\x82\xac", "\xff", " ", "[",
		"{\"a\":", "<a>", "\"\",", "1,", "\\u0000", "-", "&amp;"};
	const char *unit = units[case_below(seed, array_len(units))];
	struct blob text = {0};
	size_t at, n;

	find_token(b, seed, &at, &n);
	for (uint32_t k = 1u << case_below(seed, 15); k > 0; k--)
		blob_add(&text, unit, strlen(unit));
	replace(b, at, case_below(seed, 2) ? n : 0, text.data, text.n);
	blob_finish(&text);
}

static void
swap_values(struct blob *b, uint64_t *seed)
{
	size_t at, n, from, from_n;
	unsigned char copy[256];

	find_token(b, seed, &from, &from_n);
	find_token(b, seed, &at, &n);
	if (from_n > sizeof copy)
		return;
	memcpy(copy, b->data + from, from_n);
	replace(b, at, n, copy, from_n);
}

static void
drop_value(struct blob *b, uint64_t *seed)
{
	size_t at, n;

	find_token(b, seed, &at, &n);
	replace(b, at, n, "", 0);
}

static void
nest_value(struct blob *b, uint64_t *seed)
{
	static const char *const around[][2] = {{"[", "]"}, {"{\"a\": ", "}"},
		{"\"", "\""}, {"<Record>", "</Record>"}, {"[null, ", ", 1]"}};
	const char *const *pair = around[case_below(seed, array_len(around))];
	size_t at, n;

	find_token(b, seed, &at, &n);
	for (uint32_t k = case_below(seed, 8) ? 1 : 1u << case_below(seed, 12); k > 0;
		k--) {
		replace(b, at + n, 0, pair[1], strlen(pair[1]));
		replace(b, at, 0, pair[0], strlen(pair[0]));
	}
}

/* A digit more or less, another letter: the form stays, the meaning goes. */
static void
garble(struct blob *b, uint64_t *seed)
{
	static const char other[] = "0123456789aelnrstuw-";

	for (uint32_t k = 1 + case_below(seed, 4), tries = 100; k > 0 && tries > 0;
		tries--) {
		size_t at = case_below(seed, (uint32_t)b->n);
		if (!isalnum(b->data[at]))
			continue;
		b->data[at] = (unsigned char)other[case_below(seed, sizeof other - 1)];
		k--;
	}
}

/* A piece from bracket to bracket (or line to line) twice, moved or gone. */
static void
move_a_group(struct blob *b, uint64_t *seed)
{
	size_t at = case_below(seed, (uint32_t)b->n), end;
	int depth = 0;

	while (at > 0 && !memchr("{[<\n", b->data[at], 4))
		at--;
	for (end = at; end < b->n; end++) {
		depth += memchr("{[<", b->data[end], 3) != NULL;
		depth -= memchr("}]>", b->data[end], 3) != NULL;
		if (end > at && depth <= 0)
			break;
	}
	end += end < b->n;
	size_t n = end - at;
	unsigned char *piece = xcalloc(n + 1, 1);
	memcpy(piece, b->data + at, n);
	if (case_below(seed, 2))
		replace(b, at, n, "", 0);
	for (uint32_t k = case_below(seed, 3); k > 0; k--)
		replace(b, b->n ? case_below(seed, (uint32_t)b->n) : 0, 0, piece, n);
	free(piece);
}

static const struct {
	const char *name;
	void (*mutate)(struct blob *, uint64_t *);
	uint32_t of_text, of_bytes; /* weights */
} kinds[] = {
	{"bit flips", flip_bits, 6, 30},
	{"byte edges", set_bytes, 8, 25},
	{"cut off", cut_off, 6, 10},
	{"cut out", cut_out, 6, 8},
	{"repeats", repeat_a_piece, 5, 8},
	{"amplified", amplify, 1, 1},
	{"random bytes", random_bytes, 2, 8},
	{"other values", other_value, 26, 2},
	{"long values", long_value, 5, 2},
	{"swapped values", swap_values, 10, 0},
	{"dropped values", drop_value, 6, 0},
	{"nested values", nest_value, 4, 0},
	{"garbled", garble, 9, 0},
	{"groups", move_a_group, 6, 0},
};

/* The head of one and the tail of another. */
static const char *
splice(struct blob *b, const struct blob *other, uint64_t *seed)
{
	size_t from = case_below(seed, (uint32_t)other->n);

	b->n = case_below(seed, (uint32_t)b->n);
	if (b->n + other->n - from <= CASE_FILE_MAX)
		blob_add(b, other->data + from, other->n - from);
	return "splices";
}

const char *
mutate(struct blob *b, enum form_kind kind, const struct blob *other, uint64_t *seed)
{
	int binary = kind == FORM_SQL || kind == FORM_BINARY;
	uint32_t all = 0, at;
	size_t k = 0;

	if (b->n == 0)
		return "empty";
	if (other->n && case_below(seed, 16) == 0)
		return splice(b, other, seed);
	for (size_t i = 0; i < array_len(kinds); i++)
		all += binary ? kinds[i].of_bytes : kinds[i].of_text;
	at = case_below(seed, all);
	while (at >= (binary ? kinds[k].of_bytes : kinds[k].of_text)) {
		at -= binary ? kinds[k].of_bytes : kinds[k].of_text;
		k++;
	}
	kinds[k].mutate(b, seed);
	return kinds[k].name;
}

/* ---- databases -------------------------------------------------------------------------- */

static const char *const cells[] = {"NULL", "0", "-1", "1", "9223372036854775807",
	"-9223372036854775808", "9e99", "-9e999", "1e-300", "0.5", "'x'", "''", "x'00ff'",
	"zeroblob(70000)", "'2026-03-29T02:30:00Z'", "1774737660", "1774737660000",
	"TIMESTAMP + 1", "TIMESTAMP * 1000", "cast(x'ff41c080' AS TEXT)", "char(0, 65)",
	"cast(zeroblob(3) AS TEXT)", "'\xf0\x9f\x98\xb4\xf0\x9f\x98\xb4\xf0\x9f\x98\xb4'",
	"printf('%.*c', 300, 'a')", "'a' || printf('%.*c', 62, 'b') || '\xe2\x82\xac'"};

/* The k-th name that the query gives, into ret. */
static int
pick_name(sqlite3 *db, const char *query, uint64_t *seed, char ret[static 128])
{
	sqlite3_stmt *q = NULL;
	int n = 0;

	if (sqlite3_prepare_v2(db, query, -1, &q, NULL) == SQLITE_OK)
		while (sqlite3_step(q) == SQLITE_ROW)
			if (case_below(seed, (uint32_t)++n) == 0)
				snprintf(ret, 128, "%s",
					(const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	return n > 0;
}

static void
one_statement(sqlite3 *db, uint64_t *seed)
{
	static const char *const whole[] = {"DROP TABLE \"%s\"", "DELETE FROM \"%s\"",
		"ALTER TABLE \"%s\" RENAME TO OTHER_SAMPLE",
		"INSERT OR IGNORE INTO DEVICE(_id, NAME) SELECT DISTINCT TIMESTAMP, 'd' "
		"FROM "
		"\"%s\"",
		"CREATE VIEW V_ACTIVITY_SAMPLE AS SELECT * FROM \"%s\"",
		"UPDATE OR IGNORE \"%s\" SET TIMESTAMP = TIMESTAMP + DEVICE_ID",
		"UPDATE OR IGNORE \"%s\" SET DEVICE_ID = TIMESTAMP"};
	char table[128], column[128], text[1024];
	const char *cell = cells[case_below(seed, array_len(cells))];

	if (!pick_name(db, "SELECT name FROM sqlite_master WHERE type = 'table'", seed,
		    table))
		return;
	snprintf(text, sizeof text, "SELECT name FROM pragma_table_info('%s')", table);
	if (!pick_name(db, text, seed, column))
		return;
	uint32_t what = case_below(seed, 20), row = case_below(seed, 64);
	if (what < array_len(whole))
		snprintf(text, sizeof text, whole[what], table);
	else if (what < 9)
		snprintf(text, sizeof text, "ALTER TABLE \"%s\" DROP COLUMN %s", table,
			column);
	else if (what < 11)
		snprintf(text, sizeof text, "UPDATE OR REPLACE \"%s\" SET %s = %s", table,
			column, cell);
	else /* a row, by whatever its first column holds */
		snprintf(text, sizeof text,
			"UPDATE OR REPLACE \"%s\" SET %s = %s WHERE (SELECT name FROM "
			"pragma_table_info('%s') LIMIT 1) IS NOT NULL AND %s IN (SELECT "
			"%s "
			"FROM \"%s\" LIMIT 1 OFFSET %u)",
			table, column, cell, table, column, column, table, row % 8);
	sqlite3_exec(db, text, NULL, NULL, NULL); /* what it does not take, it keeps */
}

const char *
mutate_sql(struct blob *b, uint64_t *seed)
{
	sqlite3 *db;
	sqlite3_int64 n = 0;
	unsigned char *copy = sqlite3_malloc64(b->n);

	memcpy(copy, b->data, b->n);
	if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
		sqlite3_deserialize(db, "main", copy, (sqlite3_int64)b->n,
			(sqlite3_int64)b->n,
			SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) !=
			SQLITE_OK)
		abort();
	for (uint32_t k = 1 + case_below(seed, 4); k > 0; k--)
		one_statement(db, seed);
	unsigned char *file = sqlite3_serialize(db, "main", &n, 0);
	if (file && n <= CASE_FILE_MAX) {
		b->n = 0;
		blob_add(b, file, (size_t)n);
	}
	sqlite3_free(file);
	sqlite3_close(db);
	return "cells";
}

/* ---- packed ------------------------------------------------------------------------------ */

const char *
mutate_packed(struct blob *b, uint64_t *seed)
{
	z_stream z = {0};
	unsigned char *out = xcalloc(b->n + 1024, 1);

	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z.next_in = b->data;
	z.avail_in = (uInt)b->n;
	z.next_out = out;
	z.avail_out = (uInt)b->n + 1024;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	b->n = 0;
	blob_add(b, out, z.total_out);
	deflateEnd(&z);
	free(out);
	if (case_below(seed, 4)) /* else it is whole */
		(case_below(seed, 2) ? cut_off : flip_bits)(b, seed);
	return "packed";
}
