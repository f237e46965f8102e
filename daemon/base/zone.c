/* SPDX-License-Identifier: MIT */
/* One zone's rules out of a TZif file (RFC 8536), and the two questions asked of them:
 * the offset at an instant, the instant of a wall clock time. Both look at the stretch
 * between two changes (struct stretch), from the file's table or, beyond it, from the
 * footer's rule. Trusts neither name nor file: everything read is bounds-checked, offsets
 * lie within
 * (-25 h, 26 h) as the RFC demands. */
#include "base/civil.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/posix_rule.h"

#define ZONEINFO      "/usr/share/zoneinfo/"
#define ZONE_NAME_LEN 64
#define ZONE_FILE_MAX (64u * 1024) /* the largest of tzdata 2024 has 3.6 KiB */
#define HEADER_LEN    44u
#define OFFSET_MAX_S  (26 * 3600)
/* beyond this, times are clamped: three million years leave room for every sum */
#define EDGE_MS INT64_C(100000000000000000)

struct zone {
	char name[ZONE_NAME_LEN];
	int32_t first_offset_s; /* before the first change */
	size_t n;
	int64_t *at;     /* owned: changes, ascending, seconds UTC */
	int32_t *offset; /* owned: from at[i] on */
	int has_rule;
	struct posix_rule rule; /* from at[n - 1] on */
};

/* [start, end) in seconds UTC with one offset. */
struct stretch {
	int64_t start, end;
	int32_t offset_s;
};

static int
name_is_safe(const char *s)
{
	/* no dot at all: neither "..", nor the tables that lie beside the zones */
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "0123456789_+-/");
	return n >= 1 && n < ZONE_NAME_LEN && s[n] == '\0' && s[0] != '/' &&
	       s[n - 1] != '/' && !strstr(s, "//");
}

static int
read_file(const char *path, unsigned char **ret, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOTDIR ? -ENOENT : -errno;
	struct stat st;
	int r = fstat(fd, &st) < 0 ? -errno : 0;
	if (r == 0 && !S_ISREG(st.st_mode))
		r = -ENOENT;
	else if (r == 0 && (size_t)st.st_size > ZONE_FILE_MAX)
		r = -EINVAL;
	if (r == 0) {
		unsigned char *buf = xcalloc((size_t)st.st_size + 1, 1);
		ssize_t n = read(fd, buf, (size_t)st.st_size);
		if (n == st.st_size) {
			*ret = buf;
			*ret_n = (size_t)n;
		} else {
			r = n < 0 ? -errno : -EINVAL;
			free(buf);
		}
	}
	close(fd);
	return r;
}

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* The counts of a TZif header, in the order in which they stand. */
struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
};

static int
header_parse(const unsigned char *p, size_t n, struct counts *ret)
{
	if (n < HEADER_LEN || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -EINVAL;
	struct counts c = {be32(p + 20), be32(p + 24), be32(p + 28), be32(p + 32),
		be32(p + 36), be32(p + 40)};
	/* with this, no sum of sizes below can wrap */
	if ((c.isut | c.isstd | c.leap | c.time | c.type | c.chars) > ZONE_FILE_MAX)
		return -EINVAL;
	*ret = c;
	return 0;
}

static size_t
block_size(const struct counts *c, size_t time_size)
{
	return c->time * (time_size + 1) + c->type * 6u + c->chars +
	       c->leap * (time_size + 4) + c->isstd + c->isut;
}

/* The 64-bit block at p, which has at least block_size() bytes. */
static int
block_parse(struct zone *z, const unsigned char *p, const struct counts *c)
{
	if (c->type == 0 || c->leap != 0)
		return -EINVAL;
	const unsigned char *index = p + c->time * 8u, *types = index + c->time;
	for (uint32_t i = 0; i < c->type; i++) {
		int32_t off = (int32_t)be32(types + 6u * i);
		if (off <= -OFFSET_MAX_S + 3600 || off >= OFFSET_MAX_S)
			return -EINVAL;
	}
	z->n = c->time;
	z->at = xcalloc(z->n, sizeof *z->at);
	z->offset = xcalloc(z->n, sizeof *z->offset);
	z->first_offset_s = (int32_t)be32(types);
	for (size_t i = 0; i < z->n; i++) {
		z->at[i] = be64(p + 8 * i);
		if (index[i] >= c->type || (i > 0 && z->at[i] <= z->at[i - 1]))
			return -EINVAL;
		z->offset[i] = (int32_t)be32(types + 6u * index[i]);
	}
	return 0;
}

static int
footer_parse(struct zone *z, const unsigned char *p, size_t n)
{
	const unsigned char *end =
		n > 1 && p[0] == '\n' ? memchr(p + 1, '\n', n - 1) : NULL;
	if (!end)
		return -EINVAL;
	if (end == p + 1)
		return 0; /* no rule: the last offset stands */
	char text[128];
	size_t len = (size_t)(end - p - 1);
	if (len >= sizeof text)
		return -EINVAL;
	memcpy(text, p + 1, len);
	text[len] = '\0';
	z->has_rule = 1;
	return posix_rule_parse(text, &z->rule);
}

static int
zone_parse(struct zone *z, const unsigned char *p, size_t n)
{
	struct counts c;
	int r = header_parse(p, n, &c);
	if (r < 0)
		return r;
	/* the first block is for readers that know only 32 bits */
	size_t skip = HEADER_LEN + block_size(&c, 4);
	if (skip > n)
		return -EINVAL;
	p += skip, n -= skip;
	r = header_parse(p, n, &c);
	if (r < 0)
		return r;
	size_t size = HEADER_LEN + block_size(&c, 8);
	if (size > n)
		return -EINVAL;
	r = block_parse(z, p + HEADER_LEN, &c);
	return r < 0 ? r : footer_parse(z, p + size, n - size);
}

static struct zone *
zone_new(const char *name)
{
	struct zone *z = xcalloc(1, sizeof *z);
	snprintf(z->name, sizeof z->name, "%s", name);
	return z;
}

int
zone_from_bytes(const char *name, const unsigned char *data, size_t n, struct zone **ret)
{
	struct zone *z = zone_new(name);
	int r = zone_parse(z, data, n);
	if (r < 0)
		zone_free(z);
	else
		*ret = z;
	return r;
}

int
zone_open(const char *name, struct zone **ret)
{
	if (!name_is_safe(name))
		return -EINVAL;
	char path[sizeof ZONEINFO + ZONE_NAME_LEN];
	snprintf(path, sizeof path, ZONEINFO "%s", name);
	unsigned char *data cleanup(freep) = NULL;
	size_t n = 0;
	int r = read_file(path, &data, &n);
	if (r == -ENOENT && strcmp(name, "UTC") == 0) {
		*ret = zone_new(name);
		return 0;
	}
	return r < 0 ? r : zone_from_bytes(name, data, n, ret);
}

struct zone *
zone_free(struct zone *z)
{
	if (z) {
		free(z->at);
		free(z->offset);
		free(z);
	}
	return NULL;
}

struct zone *
zone_copy(const struct zone *z)
{
	if (!z)
		return NULL;
	struct zone *c = xcalloc(1, sizeof *c);
	*c = *z;
	c->at = xcalloc(z->n, sizeof *c->at);
	c->offset = xcalloc(z->n, sizeof *c->offset);
	memcpy(c->at, z->at, z->n * sizeof *c->at);
	memcpy(c->offset, z->offset, z->n * sizeof *c->offset);
	return c;
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
clamp_ms(int64_t ms)
{
	return ms < -EDGE_MS ? -EDGE_MS : ms > EDGE_MS ? EDGE_MS : ms;
}

static struct stretch
stretch_at(const struct zone *z, int64_t t)
{
	size_t lo = 0, hi = z->n; /* at[lo - 1] <= t < at[hi] */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	struct stretch s = {
		.start = lo > 0 ? z->at[lo - 1] : INT64_MIN,
		.end = lo < z->n ? z->at[lo] : INT64_MAX,
		.offset_s = lo > 0 ? z->offset[lo - 1] : z->first_offset_s,
	};
	if (lo == z->n && z->has_rule) {
		int64_t from, to;
		s.offset_s = posix_rule_at(&z->rule, t, &from, &to);
		s.start = from > s.start ? from : s.start;
		s.end = to;
	}
	return s;
}

int32_t
zone_offset_s(const struct zone *z, utc_ms t)
{
	return stretch_at(z, floor_div(clamp_ms(t.ms), 1000)).offset_s;
}

civil_day
zone_date(const struct zone *z, utc_ms t, int day_start_min)
{
	int64_t ms = clamp_ms(t.ms);
	int64_t wall = ms + zone_offset_s(z, UTC(ms)) * SECOND_MS;
	return DAY((int32_t)floor_div(wall - day_start_min * MINUTE_MS, DAY_MS));
}

utc_ms
zone_from_wall(const struct zone *z, int64_t wall_ms)
{
	int64_t wall = clamp_ms(wall_ms);
	/* The first instant at which the wall clock shows `wall` or more: in a repeated
	 * hour its first pass, in a skipped one the change. No offset exceeds
	 * OFFSET_MAX_S, so the clock shows less at the start of the search. */
	struct stretch s = stretch_at(z, floor_div(wall, 1000) - OFFSET_MAX_S);
	for (;;) {
		int64_t t = wall - s.offset_s * SECOND_MS;
		if (s.start > floor_div(t, 1000))
			t = s.start * 1000;
		if (floor_div(t, 1000) < s.end)
			return UTC(t);
		s = stretch_at(z, s.end);
	}
}

utc_ms
zone_instant(const struct zone *z, civil_day d, int minute)
{
	return zone_from_wall(z, d.n * DAY_MS + minute * MINUTE_MS);
}
