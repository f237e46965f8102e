/* SPDX-License-Identifier: MIT */
/* Files as they are found: quoted, zipped, cut off, twice, unnamed. */
#include "bridge_fixture.h"

#include <zlib.h>

static const Dozed__V1__Series *
series(const struct run *r, size_t batch, size_t i)
{
	assert_true(batch < r->n && i < r->got[batch].b->n_series);
	return r->got[batch].b->series[i];
}

static void
quotes_bom_crlf_and_strange_columns_are_read(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_text(&r, "\xef\xbb\xbf\"Time\",Activity,\"no, te\"\r\n"
		     "\"2026-01-01T00:00:00Z\",\"1\",\"a \"\"b\"\"\r\nc\"\r\n"
		     "2026-01-01T00:01:00Z,2,\"open\r\n" /* never closed: line 4 */
		     "2026-01-01T00:02:00Z,3,\r\n"
		     "2026-01-01T00:03:00Z,4,x");
	assert_int_equal(series(&r, 0, 0)->n_v, 4);
	assert_int_equal(series(&r, 0, 0)->n_missing, 1);
	assert_said(&r, "/in:1: column \"no, te\" is not a channel");
	assert_said(&r, "/in:4: a quote that is never closed");
	assert_int_equal(r.refused, 2);
	run_finish(&r);
}

static void
gzip_is_read_and_a_cut_off_one_is_named(void **state)
{
	char text[20000] = "time,activity\n", name[64];
	size_t n = strlen(text);
	struct run r;
	(void)state;
	for (int i = 0; i < 600; i++)
		n += (size_t)sprintf(
			text + n, "%d,%d\n", 1767225600 + 60 * i, i * 7919 % 1000);
	for (int cut = 0; cut < 2; cut++) {
		run_init(&r, "csv");
		snprintf(name, sizeof name, "%s/in.gz", r.dir);
		gzFile gz = gzopen(name, "wb");
		assert_int_equal(gzwrite(gz, text, (unsigned)n), (int)n);
		gzclose(gz);
		FILE *f = fopen(name, "rb");
		char packed[20000];
		size_t size = fread(packed, 1, sizeof packed, f);
		fclose(f);
		run_add(&r, "in.gz", packed, cut ? size / 2 : size);
		run_go(&r);
		if (cut) {
			assert_said(&r, "cut-off gzip");
			assert_int_equal(r.refused, 1);
			/* the last value is whole */
			const Dozed__V1__Series *s = series(&r, 0, 0);
			int32_t last = 0;
			for (size_t i = 0; i < s->n_v; i++)
				last += s->v[i];
			assert_in_range(s->n_v, 200, 400);
			assert_int_equal(last, (s->n_v - 1) * 7919 % 1000);
		}
		if (!cut)
			assert_int_equal(series(&r, 0, 0)->n_v, 600);
		assert_int_equal(r.status, cut);
		run_finish(&r);
	}
}

static void
what_comes_twice_is_sent_once_and_the_later_wins(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "csv");
	run_add(&r, "a.csv", "time,activity\n1767225600,1\n1767225660,2\n1767225720,3\n",
		53);
	run_add(&r, "b.csv", "time,activity\n1767225660,9\n", 27);
	run_go(&r);
	const int32_t deltas[] = {1, 8, -6};
	assert_int_equal(r.twice_samples, 1);
	assert_memory_equal(series(&r, 0, 0)->v, deltas, sizeof deltas);
	run_finish(&r);
}

static void
auto_recognises_files_by_their_beginning(void **state)
{
	struct run r;
	(void)state;
	run_init(&r, "auto");
	r.o.source = NULL;
	run_text(&r, "time,activity\n1767225600,1\n");
	assert_int_equal(r.status, 0);
	assert_string_equal(r.o.source, "csv");
	run_finish(&r);
	run_init(&r, "auto");
	run_text(&r, "lorem ipsum\n");
	assert_int_equal(r.status, 2);
	assert_said(&r, "no reader knows this");
	run_finish(&r);
}

/* What a directory of several makers gives, source by source, in a recording. */
static void
auto_files_each_under_the_name_of_its_reader(void **state)
{
	static const char csv[] = "time,activity\n1767225600,1\n";
	static const char fitbit[] =
		"[{\"logId\":1,\"dateOfSleep\":\"2026-01-02\",\"startTime\":"
		"\"2026-01-01T23:00:00.000\",\"endTime\":\"2026-01-02T00:00:00.000\","
		"\"duration\":3600000,\"type\":\"stages\",\"levels\":{\"data\":["
		"{\"dateTime\":\"2026-01-01T23:00:00.000\",\"level\":\"light\","
		"\"seconds\":3600}]}}]";
	struct run r;
	char sources[64] = "";
	(void)state;
	run_init(&r, "auto");
	r.o.source = NULL;
	r.o.zone = "UTC";
	run_add(&r, "a.csv", csv, sizeof csv - 1);
	run_add(&r, "b.json", fitbit, sizeof fitbit - 1);
	run_add(&r, "c.csv", csv, sizeof csv - 1);
	run_go(&r);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.n, 3);
	for (size_t i = 0; i < r.n; i++)
		sprintf(sources + strlen(sources), "%s ", r.got[i].source);
	assert_string_equal(sources, "csv fitbit csv ");
	run_finish(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_bom_crlf_and_strange_columns_are_read),
		cmocka_unit_test(gzip_is_read_and_a_cut_off_one_is_named),
		cmocka_unit_test(what_comes_twice_is_sent_once_and_the_later_wins),
		cmocka_unit_test(auto_recognises_files_by_their_beginning),
		cmocka_unit_test(auto_files_each_under_the_name_of_its_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
