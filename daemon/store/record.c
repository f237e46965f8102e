/* SPDX-License-Identifier: MIT */
/* The tables of fields. The first byte of a record is its format; fields are only ever
 * appended, and read as 0 from a record that was written before them. */
#include "store/record.h"

#include <errno.h>
#include <string.h>

#define FORMAT 1

enum field_kind {
	FIELD_END,
	FIELD_I32,
	FIELD_I64,
	FIELD_F64,
	FIELD_TEXT,
	FIELD_VALUES,
	FIELD_REASONS,
	FIELD_NOTES
};

/* `count`: the offset of the uint32_t that counts an array's elements; a text's size. */
struct field {
	enum field_kind kind;
	size_t offset, count;
};

/* clang-format off */
#define SIZED(s, m, n) (sizeof(char[sizeof(((struct s *)0)->m) == (n) ? 1 : -1]) * (n))
#define I32(s, m)     {FIELD_I32, offsetof(struct s, m), SIZED(s, m, 4)}
#define I64(s, m)     {FIELD_I64, offsetof(struct s, m), SIZED(s, m, 8)}
#define F64(s, m)     {FIELD_F64, offsetof(struct s, m), SIZED(s, m, sizeof(double))}
#define TEXT(s, m)    {FIELD_TEXT, offsetof(struct s, m), sizeof(((struct s *)0)->m)}
#define VALUES(s, m)  {FIELD_VALUES, offsetof(struct s, m), offsetof(struct s, n_##m)}
#define REASONS(s, m) {FIELD_REASONS, offsetof(struct s, m), offsetof(struct s, n_##m)}
#define NOTES(s, m)   {FIELD_NOTES, offsetof(struct s, m), offsetof(struct s, n_##m)}

static const struct field night_fields[] = {
	TEXT(night, person), I32(night, date), I32(night, kind), I32(night, ordinal),
	I32(night, revision), I64(night, in_bed), I64(night, onset), I64(night, wake),
	I64(night, out_of_bed), I32(night, offset_start_s), I32(night, offset_end_s),
	F64(night, coverage), TEXT(night, sources), TEXT(night, insufficient),
	VALUES(night, values), REASONS(night, reasons), I64(night, settled),
	I32(night, historical), I32(night, told), NOTES(night, notes), {FIELD_END},
};

static const struct field forecast_fields[] = {
	TEXT(forecast, person), I32(forecast, date), I64(forecast, issued), I32(forecast, live),
	F64(forecast, probability), F64(forecast, low), F64(forecast, threshold),
	F64(forecast, base_rate), I32(forecast, rated_days), I32(forecast, positives),
	TEXT(forecast, scorer), TEXT(forecast, missing), REASONS(forecast, reasons),
	I32(forecast, like_days), I32(forecast, like_high), TEXT(forecast, insufficient),
	I32(forecast, changed_since), F64(forecast, usual_night), {FIELD_END},
};

static const struct field alert_fields[] = {
	TEXT(alert, id), TEXT(alert, person), TEXT(alert, rule), I32(alert, date),
	I32(alert, revision), I32(alert, state), I64(alert, issued), TEXT(alert, title),
	TEXT(alert, text), {FIELD_END},
};

static const struct field decision_fields[] = {
	TEXT(decision, person), I32(decision, date), I64(decision, at), I32(decision, live),
	I32(decision, verdict), TEXT(decision, rule), TEXT(decision, why),
	F64(decision, probability), F64(decision, low), F64(decision, base_rate),
	F64(decision, threshold), {FIELD_END},
};

static const struct field notice_fields[] = {
	TEXT(notice, id), TEXT(notice, tag), TEXT(notice, person), I32(notice, date),
	I32(notice, kind), I32(notice, revision), I64(notice, issued), I64(notice, expires),
	TEXT(notice, title), TEXT(notice, text), TEXT(notice, discreet_title),
	TEXT(notice, discreet_text), {FIELD_END},
};
/* clang-format on */

static void
pack_values(struct pack *p, const struct named_value *v, uint32_t n)
{
	assert(n <= NIGHT_VALUES_MAX);
	pack_u8(p, n);
	for (uint32_t i = 0; i < n; i++) {
		pack_text(p, v[i].name);
		pack_f64(p, v[i].value);
		pack_f64(p, v[i].confidence);
	}
}

static void
pack_reasons(struct pack *p, const struct reason *v, uint32_t n)
{
	assert(n <= REASONS_MAX);
	pack_u8(p, n);
	for (uint32_t i = 0; i < n; i++) {
		pack_text(p, v[i].code);
		pack_f64(p, v[i].value);
		pack_f64(p, v[i].usual);
		pack_f64(p, v[i].weight);
		pack_text(p, v[i].scorer);
	}
}

static void
pack_notes(struct pack *p, const struct night_note *v, uint32_t n)
{
	assert(n <= NIGHT_NOTES_MAX);
	pack_u8(p, n);
	for (uint32_t i = 0; i < n; i++) {
		pack_text(p, v[i].scorer);
		pack_text(p, v[i].why);
	}
}

static void
pack_fields(struct pack *p, const struct field *f, const void *record)
{
	pack_u8(p, FORMAT);
	for (; f->kind != FIELD_END; f++) {
		const char *at = (const char *)record + f->offset;
		const void *n = (const char *)record + f->count;

		switch (f->kind) {
		case FIELD_I32:
			pack_u32(p, *(const uint32_t *)at);
			break;
		case FIELD_I64:
			pack_u64(p, *(const uint64_t *)at);
			break;
		case FIELD_F64:
			pack_f64(p, *(const double *)at);
			break;
		case FIELD_TEXT:
			pack_text(p, at);
			break;
		case FIELD_VALUES:
			pack_values(
				p, (const struct named_value *)at, *(const uint32_t *)n);
			break;
		case FIELD_REASONS:
			pack_reasons(p, (const struct reason *)at, *(const uint32_t *)n);
			break;
		case FIELD_NOTES:
			pack_notes(
				p, (const struct night_note *)at, *(const uint32_t *)n);
			break;
		case FIELD_END:
			break;
		}
	}
}

static uint32_t
count_within(struct unpack *u, uint32_t max)
{
	uint32_t n = unpack_u8(u);
	if (n <= max)
		return n;
	u->over++;
	return 0;
}

static uint32_t
unpack_values(struct unpack *u, struct named_value *v)
{
	uint32_t n = count_within(u, NIGHT_VALUES_MAX);
	for (uint32_t i = 0; i < n; i++) {
		unpack_text(u, v[i].name, sizeof v[i].name);
		v[i].value = unpack_f64(u);
		v[i].confidence = unpack_f64(u);
	}
	return n;
}

static uint32_t
unpack_reasons(struct unpack *u, struct reason *v)
{
	uint32_t n = count_within(u, REASONS_MAX);
	for (uint32_t i = 0; i < n; i++) {
		unpack_text(u, v[i].code, sizeof v[i].code);
		v[i].value = unpack_f64(u);
		v[i].usual = unpack_f64(u);
		v[i].weight = unpack_f64(u);
		unpack_text(u, v[i].scorer, sizeof v[i].scorer);
	}
	return n;
}

static uint32_t
unpack_notes(struct unpack *u, struct night_note *v)
{
	uint32_t n = count_within(u, NIGHT_NOTES_MAX);
	for (uint32_t i = 0; i < n; i++) {
		unpack_text(u, v[i].scorer, sizeof v[i].scorer);
		unpack_text(u, v[i].why, sizeof v[i].why);
	}
	return n;
}

static int
unpack_fields(const struct field *f, const void *data, size_t size, void *record)
{
	struct unpack u = {.at = data, .end = (const unsigned char *)data + size};

	if (unpack_u8(&u) != FORMAT)
		return -EUCLEAN;
	for (; f->kind != FIELD_END && u.at < u.end; f++) {
		char *at = (char *)record + f->offset;
		void *n = (char *)record + f->count;

		switch (f->kind) {
		case FIELD_I32:
			*(uint32_t *)at = unpack_u32(&u);
			break;
		case FIELD_I64:
			*(uint64_t *)at = unpack_u64(&u);
			break;
		case FIELD_F64:
			*(double *)at = unpack_f64(&u);
			break;
		case FIELD_TEXT:
			unpack_text(&u, at, f->count);
			break;
		case FIELD_VALUES:
			*(uint32_t *)n = unpack_values(&u, (struct named_value *)at);
			break;
		case FIELD_REASONS:
			*(uint32_t *)n = unpack_reasons(&u, (struct reason *)at);
			break;
		case FIELD_NOTES:
			*(uint32_t *)n = unpack_notes(&u, (struct night_note *)at);
			break;
		case FIELD_END:
			break;
		}
	}
	return u.over || u.at < u.end ? -EUCLEAN : 0;
}

void
record_pack_night(struct pack *p, const struct night *n)
{
	pack_fields(p, night_fields, n);
}

void
record_pack_forecast(struct pack *p, const struct forecast *f)
{
	pack_fields(p, forecast_fields, f);
}

void
record_pack_alert(struct pack *p, const struct alert *a)
{
	pack_fields(p, alert_fields, a);
}

void
record_pack_decision(struct pack *p, const struct decision *d)
{
	pack_fields(p, decision_fields, d);
}

void
record_pack_notice(struct pack *p, const struct notice *n)
{
	pack_fields(p, notice_fields, n);
}

int
record_unpack_night(const void *data, size_t size, struct night *ret)
{
	memset(ret, 0, sizeof *ret);
	return unpack_fields(night_fields, data, size, ret);
}

int
record_unpack_forecast(const void *data, size_t size, struct forecast *ret)
{
	memset(ret, 0, sizeof *ret);
	return unpack_fields(forecast_fields, data, size, ret);
}

int
record_unpack_alert(const void *data, size_t size, struct alert *ret)
{
	memset(ret, 0, sizeof *ret);
	return unpack_fields(alert_fields, data, size, ret);
}

int
record_unpack_decision(const void *data, size_t size, struct decision *ret)
{
	memset(ret, 0, sizeof *ret);
	return unpack_fields(decision_fields, data, size, ret);
}

int
record_unpack_notice(const void *data, size_t size, struct notice *ret)
{
	memset(ret, 0, sizeof *ret);
	return unpack_fields(notice_fields, data, size, ret);
}
