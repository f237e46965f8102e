/* SPDX-License-Identifier: MIT */
/* One value of the configuration, from text and back. Strict: what is not understood to its
 * last character is refused, with a reason that says what would be right. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config_table.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static const struct unit {
	const char *name;
	int64_t s;
} units[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};

static int printf_like(2, 3) refuse(char why[static CONFIG_WHY_LEN], const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, CONFIG_WHY_LEN, fmt, ap);
	va_end(ap);
	return 0;
}

static int
all_of(const char *s, const char *set)
{
	return s[strspn(s, set)] == '\0';
}

static int
number(const char *s, size_t n, double *ret)
{
	char buf[40], *end;
	if (n == 0 || n >= sizeof buf)
		return 0;
	memcpy(buf, s, n);
	buf[n] = '\0';
	/* strtod would take "inf", "nan" and "0x1p3" */
	if (!all_of(buf, DIGITS "+-.eE"))
		return 0;
	*ret = strtod(buf, &end);
	return *end == '\0' && isfinite(*ret);
}

static int
set_number(const struct config_option *o, void *p, const char *s, char *why)
{
	double v;
	if (!number(s, strlen(s), &v))
		return refuse(why, "a number is wanted, as in %s", o->def);
	if (o->kind == CONFIG_INT && v != floor(v))
		return refuse(why, "a whole number is wanted");
	if (v < o->min || v > o->max)
		return refuse(why, "must lie between %g and %g", o->min, o->max);
	if (o->kind == CONFIG_INT)
		*(int *)p = (int)v;
	else
		*(double *)p = v;
	return 1;
}

void
config_duration_text(double s, char ret[static 32])
{
	size_t u = array_len(units) - 1;
	while (u > 0 && (s == 0 || fmod(s, (double)units[u].s) != 0))
		u--;
	snprintf(ret, 32, "%g %s", s / (double)units[u].s, units[u].name);
}

static int
set_duration(const struct config_option *o, void *p, const char *s, char *why)
{
	size_t n = strspn(s, DIGITS "+-.");
	const char *unit = s + n + strspn(s + n, " ");
	double v, scale = 0;
	char min[32], max[32];
	for (size_t i = 0; i < array_len(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			scale = (double)units[i].s;
	if (!number(s, n, &v))
		return refuse(why, "a duration is wanted, as in %s", o->def);
	if (scale == 0)
		return refuse(why, "%s: s, min, h or d, as in %s",
			*unit ? "this unit is not known" : "a unit is missing", o->def);
	if (v * scale < o->min || v * scale > o->max) {
		config_duration_text(o->min, min);
		config_duration_text(o->max, max);
		return refuse(why, "must lie between %s and %s", min, max);
	}
	if (o->kind == CONFIG_MS)
		*(int64_t *)p = llround(v * scale * 1000);
	else
		*(int *)p = (int)lround(v * scale);
	return 1;
}

/* Two digits at most, anything else is -1. */
static int
small(const char *s, size_t n)
{
	if (n < 1 || n > 2 || strspn(s, DIGITS) < n)
		return -1;
	return n == 1 ? s[0] - '0' : 10 * (s[0] - '0') + s[1] - '0';
}

static int
set_clock(const struct config_option *o, void *p, const char *s, char *why)
{
	if (o->min < 0 && strcmp(s, "off") == 0) {
		*(int *)p = -1;
		return 1;
	}
	size_t n = strcspn(s, ":");
	int h = small(s, n),
	    m = s[n] && strlen(s + n + 1) == 2 ? small(s + n + 1, 2) : -1;
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return refuse(why,
			"a local time from 00:00 to 23:59%s is wanted, as in %s",
			o->min < 0 ? ", or \"off\"," : "", o->def);
	*(int *)p = h * 60 + m;
	return 1;
}

static int
set_bool(void *p, const char *s, char *why)
{
	int on = strcmp(s, "true") == 0 || strcmp(s, "yes") == 0 || strcmp(s, "on") == 0;
	if (!on && strcmp(s, "false") != 0 && strcmp(s, "no") != 0 &&
		strcmp(s, "off") != 0)
		return refuse(why, "true or false is wanted");
	*(int *)p = on;
	return 1;
}

static int
set_choice(const struct config_option *o, void *p, const char *s, char *why)
{
	const char *word = o->choices;
	for (int i = 0;; i++) {
		size_t n = strcspn(word, "|");
		if (strlen(s) == n && strncmp(s, word, n) == 0) {
			*(int *)p = o->codes ? o->codes[i] : i;
			return 1;
		}
		if (word[n] == '\0')
			return refuse(why, "one of %s is wanted", o->choices);
		word += n + 1;
	}
}

static int
set_zone(void *p, const char *s, char *why)
{
	struct zone *z;
	int r = zone_open(s, &z);
	if (r == -ENOENT)
		return refuse(why, "no such time zone; names look like Europe/Berlin");
	if (r == -EINVAL)
		return refuse(
			why, "not the name of a time zone; they look like Europe/Berlin");
	if (r < 0)
		return refuse(why, "time zone cannot be read: %s", strerror(-r));
	zone_free(*(struct zone **)p);
	*(struct zone **)p = z;
	return 1;
}

static int
topic_is_good(const char *s)
{
	return *s && all_of(s, LETTERS DIGITS "_-/") && s[0] != '/' &&
	       s[strlen(s) - 1] != '/' && !strstr(s, "//");
}

/* NULL, or what is wrong with the text of a kind that is kept as text. */
static const char *
text_fault(const struct config_option *o, const char *s)
{
	size_t n = strlen(s);
	for (const unsigned char *c = (const unsigned char *)s; *c; c++)
		if (*c < 0x20 || *c == 0x7f)
			return "a control character has no place here";
	switch (o->kind) {
	case CONFIG_ID:
		return n > 0 && all_of(s, LETTERS DIGITS "_.-")
			       ? NULL
			       : "letters, digits, '_', '.' and '-' are wanted";
	case CONFIG_TOPIC:
		return topic_is_good(s)
			       ? NULL
			       : "levels of letters, digits, '_' and '-' are wanted, "
				 "as in dozed or home/dozed";
	case CONFIG_TOPIC_PREFIX: {
		char level[64];
		snprintf(level, sizeof level, "%.*s", n > 0 ? (int)n - 1 : 0, s);
		return n == 0 || (s[n - 1] == '/' && topic_is_good(level))
			       ? NULL
			       : "must be empty or end with '/', as in p/17/";
	}
	case CONFIG_HOST:
		return n > 0 && all_of(s, LETTERS DIGITS ".:_-")
			       ? NULL
			       : "a host name or address is wanted";
	case CONFIG_URL:
		return n == 0 ? NULL : push_url_fault(s);
	case CONFIG_PATH:
		return n == 0 || s[0] == '/' ? NULL
					     : "a path from the root (/...) is wanted";
	case CONFIG_TEXT:
	case CONFIG_INT:
	case CONFIG_REAL:
	case CONFIG_BOOL:
	case CONFIG_SECONDS:
	case CONFIG_MS:
	case CONFIG_CLOCK:
	case CONFIG_CHOICE:
	case CONFIG_ZONE:
	case CONFIG_DEVICES:
	case CONFIG_NIGHTS:
	case CONFIG_SCORERS:
	case CONFIG_INCLUDES:
	case CONFIG_PUSH:
	case CONFIG_HEADERS:
	case CONFIG_COMMAND:
	case CONFIG_SECRET:
		break;
	}
	return NULL;
}

static int
set_text(const struct config_option *o, void *p, const char *s, char *why)
{
	if (strlen(s) >= o->size)
		return refuse(why, "longer than %zu bytes", o->size - 1);
	const char *fault = text_fault(o, s);
	if (fault)
		return refuse(why, "%s", fault);
	snprintf(p, o->size, "%s", s);
	return 1;
}

int
config_value_set(const struct config_option *o, void *base, const char *text,
	char why[static CONFIG_WHY_LEN])
{
	void *p = (char *)base + o->at;
	switch (o->kind) {
	case CONFIG_INT:
	case CONFIG_REAL:
		return set_number(o, p, text, why);
	case CONFIG_SECONDS:
	case CONFIG_MS:
		return set_duration(o, p, text, why);
	case CONFIG_CLOCK:
		return set_clock(o, p, text, why);
	case CONFIG_BOOL:
		return set_bool(p, text, why);
	case CONFIG_CHOICE:
		return set_choice(o, p, text, why);
	case CONFIG_ZONE:
		return set_zone(p, text, why);
	case CONFIG_TEXT:
	case CONFIG_ID:
	case CONFIG_TOPIC:
	case CONFIG_TOPIC_PREFIX:
	case CONFIG_HOST:
	case CONFIG_URL:
	case CONFIG_PATH:
		return set_text(o, p, text, why);
	case CONFIG_DEVICES:
	case CONFIG_NIGHTS:
	case CONFIG_SCORERS:
	case CONFIG_INCLUDES:
	case CONFIG_PUSH:
	case CONFIG_HEADERS:
	case CONFIG_COMMAND:
	case CONFIG_SECRET:
		break;
	}
	return refuse(why, "%s", o->help);
}
