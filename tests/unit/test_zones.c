/* SPDX-License-Identifier: MIT */
/* Every zone of the tz database, links too, against zdump: the offset a second before, at and a
 * second after every change from 1970 to 2037, and in the middle between two changes. */
#include "unit/core_fixture.h"

#include "base/civil.h"

#define DATABASE   "/usr/share/zoneinfo/tzdata.zi"
#define ZONES_MAX  1000
#define AT_ONCE    100
#define FIRST_YEAR 1970
#define LAST_YEAR  2037

static char names[ZONES_MAX][64];
static unsigned n_names;
static struct zone *zone;
static char current[64];
static utc_ms before; /* of the zone: the last instant that zdump named */
static unsigned instants, zones;

static void
read_names(FILE *f)
{
	char line[512], other[256];
	while (fgets(line, sizeof line, f) && n_names < ZONES_MAX)
		if (sscanf(line, "Z %63s", names[n_names]) == 1 ||
			sscanf(line, "L %255s %63s", other, names[n_names]) == 2)
			n_names++;
}

static void
must_be(utc_ms t, int offset_s, const char *line)
{
	if (zone_offset_s(zone, t) != offset_s)
		fail_msg("%s has %d s at %lld: %s", current, zone_offset_s(zone, t),
			(long long)t.ms, line);
	instants++;
}

static void
change_zone(const char *name)
{
	zone = zone_free(zone);
	snprintf(current, sizeof current, "%s", name);
	if (zone_open(name, &zone) != 0)
		fail_msg("%s cannot be opened", name);
	before = UTC(INT64_MIN);
	zones++;
}

/* "Zone  Sun Mar 29 01:00:00 2026 UT = Sun Mar 29 03:00:00 2026 CEST isdst=1 gmtoff=7200": lines
 * come in pairs, the last second before a change and the first after it. */
static void
compare(const char *line)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char name[64], mon[4];
	int d, h, m, s, y;
	const char *off = strstr(line, "gmtoff=");
	if (!off || sscanf(line, "%63s %*s %3s %d %d:%d:%d %d UT", name, mon, &d, &h, &m,
			    &s, &y) != 7)
		return;
	if (strcmp(name, current) != 0)
		change_zone(name);
	int month = (int)(strstr(months, mon) - months) / 3 + 1;
	utc_ms t = UTC(civil_from_ymd(y, month, d).n * DAY_MS + h * HOUR_MS +
		       m * MINUTE_MS + s * SECOND_MS);
	if (y < FIRST_YEAR || y > LAST_YEAR)
		return;
	must_be(t, atoi(off + 7), line);
	if (t.ms == before.ms + SECOND_MS) {
		must_be(UTC(t.ms + SECOND_MS), atoi(off + 7), line);
	} else if (before.ms != INT64_MIN) {
		/* a new pair: nothing changes between it and the last */
		must_be(UTC(before.ms + (t.ms - before.ms) / 2), atoi(off + 7), line);
		must_be(UTC(t.ms - SECOND_MS), atoi(off + 7), line);
	}
	before = t;
}

static void
every_zone_equals_zdump_at_every_change(void **state)
{
	(void)state;
	FILE *f = fopen(DATABASE, "re");
	if (!f || system("zdump UTC >/dev/null 2>&1") != 0) {
		print_message("SKIP: zdump or " DATABASE " not found\n");
		if (f)
			fclose(f);
		skip();
	}
	read_names(f);
	fclose(f);
	for (unsigned i = 0; i < n_names; i += AT_ONCE) {
		char command[AT_ONCE * 70], line[512];
		int used = snprintf(command, sizeof command, "zdump -v -c %d,%d",
			FIRST_YEAR, LAST_YEAR + 1);
		for (unsigned k = i; k < n_names && k < i + AT_ONCE; k++)
			used += snprintf(command + used, sizeof command - (size_t)used,
				" '%s'", names[k]);
		FILE *zdump = popen(command, "r");
		assert_non_null(zdump);
		while (fgets(line, sizeof line, zdump))
			compare(line);
		assert_int_equal(pclose(zdump), 0);
	}
	zone = zone_free(zone);
	print_message("%u zones and links, %u instants\n", zones, instants);
	/* a zone without any change in these years has no line of its own */
	assert_true(zones > 400 && instants > 50000);
}

/* What zdump has no line for: the same offset all the time. */
static void
zones_without_a_change_have_one_offset(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int offset_s;
	} rows[] = {{"UTC", 0}, {"Etc/GMT+12", -43200}, {"Etc/GMT-14", 50400}};
	for (size_t i = 0; i < array_len(rows); i++) {
		change_zone(rows[i].name);
		for (int y = FIRST_YEAR; y <= LAST_YEAR; y++)
			must_be(UTC(civil_from_ymd(y, 7, 1).n * DAY_MS), rows[i].offset_s,
				rows[i].name);
	}
	zone = zone_free(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_zone_equals_zdump_at_every_change),
		cmocka_unit_test(zones_without_a_change_have_one_offset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
