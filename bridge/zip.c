/* SPDX-License-Identifier: MIT */
/* Zip files through minizip, which walks the directory without holding it; see zip.h. */
#include "zip.h"

#include "base/clock.h"
#include "spill.h"

#include <errno.h>
#include <minizip/unzip.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define EXTRA_MAX      1024
#define EXTRA_TIME     0x5455                /* "UT": times in UTC */
#define IS_ENCRYPTED   1                     /* of the flags */
#define OLDEST_MS      INT64_C(946684800000) /* 2000: before it is nobody's export */
#define FUTURE_MS      (5 * MINUTE_MS)
#define DATABASE_MAGIC "SQLite format 3"

/* The entry that is being read. */
struct entry {
	unzFile zip;
	unz_file_info64 info;
	char name[ZIP_NAME_MAX];
	unsigned char extra[EXTRA_MAX];
	int64_t size; /* read so far */
	int open;
};

int
zip_is(const char *head, size_t n)
{
	return n >= 4 &&
	       (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

/* --- the time of an entry ----------------------------------------------------------------- */

static unsigned
little_endian(const unsigned char *p, int n)
{
	unsigned x = 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

/* In ms; 0: not stated. */
static int64_t
utc_of(const struct entry *e)
{
	size_t n =
		e->info.size_file_extra < EXTRA_MAX ? e->info.size_file_extra : EXTRA_MAX;

	for (size_t i = 0; i + 4 <= n; i += 4 + little_endian(e->extra + i + 2, 2)) {
		const unsigned char *field = e->extra + i;
		if (little_endian(field, 2) == EXTRA_TIME && i + 9 <= n &&
			little_endian(field + 2, 2) >= 5 && (field[4] & 1))
			return (int64_t)little_endian(field + 5, 4) * SECOND_MS;
	}
	return 0;
}

static int64_t
local_of(const struct entry *e, const struct zone *zone)
{
	const tm_unz *t = &e->info.tmu_date;
	civil_day day = civil_from_ymd(t->tm_year, (int)t->tm_mon + 1, (int)t->tm_mday);

	if (!zone)
		return 0;
	return zone_from_wall(zone, day.n * DAY_MS + t->tm_hour * HOUR_MS +
					    t->tm_min * MINUTE_MS + t->tm_sec * SECOND_MS)
		.ms;
}

static int64_t
written(const struct entry *e, const struct zip_reading *z)
{
	int64_t t = utc_of(e);

	if (t == 0)
		t = local_of(e, z->zone);
	return t >= OLDEST_MS && t <= z->now.ms + FUTURE_MS ? t : z->written_ms;
}

/* --- its bytes -------------------------------------------------------------------------- */

static int
more(void *from, char *ret, size_t room)
{
	struct entry *e = from;

	if (!e->open)
		return 0;
	int n = unzReadCurrentFile(e->zip, ret, (unsigned)room);
	e->size += n > 0 ? n : 0;
	if (n > 0 && e->size > ZIP_RATIO_FROM &&
		(uint64_t)e->size / ZIP_RATIO_MAX > e->info.compressed_size)
		return -E2BIG;
	if (n > 0)
		return n;
	e->open = 0;
	/* the checksum is compared in here */
	int closed = unzCloseCurrentFile(e->zip);
	return n < 0 || closed != UNZ_OK || (uint64_t)e->size != e->info.uncompressed_size
		       ? -EBADMSG
		       : 0;
}

/* Reads it, as a stream or as a file of its own. */
static int
hand_over(struct entry *e, const struct zip_reading *z)
{
	struct input in, file;
	int r;

	input_from(&in, more, e);
	in.written_ms = written(e, z);
	r = input_fill(&in, sizeof DATABASE_MAGIC);
	if (r == 0 && in.end >= sizeof DATABASE_MAGIC &&
		memcmp(in.buf, DATABASE_MAGIC, sizeof DATABASE_MAGIC) == 0) {
		r = spill_open(&in, &file);
		if (r == 0) {
			r = z->each(z->ctx, e->name, &file);
			spill_close(&file);
		} else {
			z->refuse(z->ctx, e->name,
				r == -EFBIG || r == -E2BIG ? "too large"
				: r == -EBADMSG            ? "damaged"
							   : strerror(-r));
			r = 0;
		}
	} else {
		r = z->each(z->ctx, e->name, &in);
	}
	input_close(&in);
	if (e->open)
		unzCloseCurrentFile(e->zip);
	e->open = 0;
	return r;
}

/* --- the directory ---------------------------------------------------------------------- */

/* Folders, and what is hidden. */
static int
is_passed_over(const char *name)
{
	size_t n = strlen(name);

	for (const char *p = name; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (p[0] == '.' && p[1] != '.' && p[1] != '/')
			return 1;
	}
	return n == 0 || name[n - 1] == '/';
}

/* NULL, or why the entry cannot be read. */
static const char *
fault(const struct entry *e)
{
	if (e->info.flag & IS_ENCRYPTED)
		return "encrypted: unpack it with its password first";
	if (e->info.compression_method != 0 && e->info.compression_method != Z_DEFLATED)
		return "packed by another method than deflate: unpack it first";
	return NULL;
}

static int
look_up(struct entry *e)
{
	memset(e->name, 0, sizeof e->name);
	memset(e->extra, 0, sizeof e->extra);
	e->size = 0;
	int r = unzGetCurrentFileInfo64(e->zip, &e->info, e->name, sizeof e->name - 1,
		e->extra, sizeof e->extra, NULL, 0);
	for (char *p = e->name; *p; p++) /* foreign bytes must not steer the terminal */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return r == UNZ_OK;
}

static int
one_entry(struct entry *e, const struct zip_reading *z)
{
	const char *why = fault(e);

	if (!why) {
		e->open = unzOpenCurrentFile(e->zip) == UNZ_OK;
		why = e->open ? NULL : "damaged";
	}
	if (!why)
		return hand_over(e, z);
	z->refuse(z->ctx, e->name, why);
	return 0;
}

static int
walk_entries(struct entry *e, const struct zip_reading *z, uint64_t size)
{
	uint64_t packed = 0;
	int r = 0, at = unzGoToFirstFile(e->zip);

	for (unsigned long n = 0; at == UNZ_OK && r == 0; n++) {
		const char *why = n == ZIP_ENTRIES_MAX ? "too many entries" : NULL;
		if (!why && !look_up(e))
			why = "its directory is damaged";
		/* what lies side by side is no larger than what it lies in */
		if (!why && e->info.compressed_size > size - packed)
			why = "its entries lie over each other";
		if (why) {
			z->refuse(z->ctx, NULL, why);
			return 1;
		}
		packed += e->info.compressed_size;
		if (!is_passed_over(e->name))
			r = one_entry(e, z);
		at = unzGoToNextFile(e->zip);
	}
	if (r == 0 && at != UNZ_OK && at != UNZ_END_OF_LIST_OF_FILE) {
		z->refuse(z->ctx, NULL, "its directory is damaged");
		r = 1;
	}
	return r;
}

int
zip_each(const struct zip_reading *z)
{
	struct entry e = {0};
	struct stat st;
	unz_global_info64 all;
	int r;

	if (stat(z->path, &st) < 0 || !S_ISREG(st.st_mode)) {
		z->refuse(z->ctx, NULL,
			"a zip cannot come through standard input or a pipe: name its "
			"file");
		return 1;
	}
	e.zip = unzOpen64(z->path);
	if (!e.zip || unzGetGlobalInfo64(e.zip, &all) != UNZ_OK) {
		z->refuse(z->ctx, NULL,
			"a zip without the directory at its end: cut off, still being "
			"written, or a part of several");
		r = 1;
	} else {
		r = all.number_entry ? walk_entries(&e, z, (uint64_t)st.st_size) : 0;
	}
	if (e.zip)
		unzClose(e.zip);
	return r;
}
