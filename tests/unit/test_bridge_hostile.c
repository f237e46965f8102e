/* SPDX-License-Identifier: MIT */
/* Damaged files: whatever a reader makes of them, it does not crash, and what it sends on
 * the hub accepts (run_put has every batch decoded). Seeded; the seed is printed. */
#include "bridge_fixture.h"

#include "prng.h"

#include <ctype.h>

#define ROUNDS 300

static const char csv_samples[] =
	"\xef\xbb\xbfperson,time,heart_rate,\"accel_x\",rr,activity\r\n"
	"anna,2026-01-01T00:00:00Z,60,1,800,5\r\nanna,2026-01-01T00:01:00Z,61.5,-32768,,"
	"6\r\n"
	"anna,1767225720,,32767,900,1e3\r\nben,1767225780000,250,0,100,0\r\n"
	"ben,2026-01-01T00:04:00+01:00,20,\"12\",5000,10000000\r\n";
static const char csv_stages[] =
	"start,duration_s,stage\n2026-03-28T22:00:00Z,600,awake\n2026-03-28T22:10:00Z,"
	"3600,light\n"
	"2026-03-28T22:00:00Z,30000,in_bed\n2026-03-28T23:20:00Z,86400,deep\n"
	"2026-03-29T00:10:00Z,1,rem\n1774740000,60,out_of_bed\n";
static const char csv_ratings[] =
	"time_utc,kind,value\n2026-01-01 "
	"07:30:00,sleep_quality,0\n2026-01-01T07:30Z,pain_morning,10\n"
	"2026-01-01T20:00:00.123456Z,pain_day,3\n,,\n\"2026-01-01T20:00:00Z\",\"pain_"
	"day\",\"3\"\n";
static const char fitbit[] =
	"{\"sleep\": [{\"logId\": 7, \"startTime\": \"2026-03-29T00:30:00.000\", "
	"\"minutesToFallAsleep\": 3, \"minutesAsleep\": 100, \"efficiency\": 91, "
	"\"isMainSleep\": true, "
	"\"dateOfSleep\": \"2026-03-29\", \"levels\": {\"data\": ["
	"{\"dateTime\": \"2026-03-29T00:30:00.000\", \"level\": \"wake\", \"seconds\": "
	"300},"
	"{\"dateTime\": \"2026-03-29T00:35:00.000\", \"level\": \"light\", \"seconds\": "
	"8600},"
	"{\"dateTime\": \"2026-03-29T03:45:00.000\", \"level\": \"rem\", \"seconds\": "
	"60}],"
	"\"shortData\": [{\"dateTime\": \"2026-03-29T00:36:00.000\", \"level\": "
	"\"wake\", "
	"\"seconds\": 30}]}}]}";

/* Flips, cuts, doubles, inserts and swaps; also whole tokens that tend to hurt. */
static size_t
damage(struct prng *p, unsigned char *b, size_t n, size_t cap)
{
	static const char *const tokens[] = {"\"", "\n", ",", "-9223372036854775808",
		"1e308", "99999999999999", "\0", "[[[[", "{", "null",
		"9999-12-31T23:59:59Z", "-1", "\\u0000"};

	for (uint32_t k = 1 + prng_below(p, 6); k > 0; k--) {
		uint32_t at = n ? prng_below(p, (uint32_t)n) : 0;
		const char *t = tokens[prng_below(p, array_len(tokens))];
		size_t len = *t ? strlen(t) : 1;
		switch (prng_below(p, 5)) {
		case 0:
			if (n)
				b[at] ^= (unsigned char)(1u << prng_below(p, 8));
			break;
		case 1:
			n = at;
			break;
		case 2:
			if (n + len < cap) {
				memmove(b + at + len, b + at, n - at);
				memcpy(b + at, t, len);
				n += len;
			}
			break;
		case 3:
			if (2 * n - at < cap) {
				memmove(b + n, b + at, n - at);
				n += n - at;
			}
			break;
		case 4:
			if (n) {
				size_t end = at + prng_below(p, (uint32_t)(n - at) + 1);
				memmove(b + at, b + end, n - end);
				n -= end - at;
			}
			break;
		}
	}
	return n;
}

/* Other digits and letters where there were some: the form stays, the meaning goes. */
static size_t
garble(struct prng *p, unsigned char *b, size_t n)
{
	static const char other[] = "0123456789aelnrstuw-";

	for (uint32_t k = 1 + prng_below(p, 4); k > 0;) {
		uint32_t at = prng_below(p, (uint32_t)n);
		if (!isalnum(b[at]))
			continue;
		b[at] = (unsigned char)other[prng_below(p, sizeof other - 1)];
		k--;
	}
	return n;
}

static void
torment(const char *format, const char *seed_text, size_t size, uint64_t seed)
{
	static unsigned char b[65536];
	unsigned statuses[3] = {0};
	struct prng p;

	prng_init(&p, seed, 0, 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct run r;
		memcpy(b, seed_text, size);
		size_t n = i % 2 ? damage(&p, b, size, sizeof b) : garble(&p, b, size);
		run_init(&r, format);
		r.o.zone = "Europe/Berlin";
		run_add(&r, "in", b, n);
		run_go(&r);
		assert_in_range(r.status, 0, 2);
		assert_true(r.status != 2 || r.n == 0);
		statuses[r.status]++;
		run_finish(&r);
	}
	printf("%s, seed %llu: %u whole, %u in part, %u not at all\n", format,
		(unsigned long long)seed, statuses[0], statuses[1], statuses[2]);
}

static void
damaged_samples_do_no_harm(void **state)
{
	(void)state;
	torment("csv", csv_samples, sizeof csv_samples - 1, 1);
}

static void
damaged_stages_do_no_harm(void **state)
{
	(void)state;
	torment("csv", csv_stages, sizeof csv_stages - 1, 2);
}

static void
damaged_ratings_do_no_harm(void **state)
{
	(void)state;
	torment("csv", csv_ratings, sizeof csv_ratings - 1, 3);
}

static void
damaged_sleep_logs_do_no_harm(void **state)
{
	(void)state;
	torment("fitbit", fitbit, sizeof fitbit - 1, 4);
	torment("auto", fitbit, sizeof fitbit - 1, 5);
}

static void
an_endless_line_and_an_endless_quote_end(void **state)
{
	size_t n = 1 << 20;
	char *text = malloc(n + 1);
	struct run r;
	(void)state;
	for (int quote = 0; quote < 2; quote++) {
		memset(text, '7', n);
		memcpy(text, "time,activity\n1767225600,1\n", 27);
		if (quote)
			text[27] = '"';
		memcpy(text + n - 14, "\n1767225660,2\n", 14);
		run_init(&r, "csv");
		run_add(&r, "in", text, n);
		run_go(&r);
		assert_int_equal(r.refused, 1);
		assert_int_equal(r.status, 1);
		assert_int_equal(r.got[0].b->series[0]->n_v, 2);
		run_finish(&r);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_samples_do_no_harm),
		cmocka_unit_test(damaged_stages_do_no_harm),
		cmocka_unit_test(damaged_ratings_do_no_harm),
		cmocka_unit_test(damaged_sleep_logs_do_no_harm),
		cmocka_unit_test(an_endless_line_and_an_endless_quote_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
