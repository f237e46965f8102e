/* SPDX-License-Identifier: MIT */
/* Zip files through libzip, see unzip.h. The file is handed to it in reads of our own, which
 * bounds its directory, the one thing that libzip holds as a whole. */
#include "unzip.h"

#include "spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#define EXTRA_TIME     0x5455                /* "UT": times in UTC */
#define OLDEST_MS      INT64_C(946684800000) /* 2000: before it is nobody's export */
#define FUTURE_MS      (5 * MINUTE_MS)
#define DATABASE_MAGIC "SQLite format 3"

int
unzip_sniff(const char *head, size_t n)
{
	return n >= 4 &&
	       (memcmp(head, "PK\3\4", 4) == 0 || memcmp(head, "PK\5\6", 4) == 0);
}

/* --- the file --------------------------------------------------------------------------- */

struct source {
	int fd;
	struct stat st;
	int64_t at, left; /* left: bytes that the directory may have */
	zip_error_t error;
};

static zip_int64_t
read_some(struct source *s, void *ret, size_t n)
{
	ssize_t got = pread(s->fd, ret, n, s->at);

	if (got < 0 || (s->left -= got) < 0) {
		zip_error_set(&s->error, ZIP_ER_READ, got < 0 ? errno : EFBIG);
		return -1;
	}
	s->at += got;
	return got;
}

static zip_int64_t
state(const struct source *s, zip_stat_t *ret)
{
	zip_stat_init(ret);
	ret->valid = ZIP_STAT_SIZE;
	ret->size = (zip_uint64_t)s->st.st_size;
	return sizeof *ret;
}

/* What libzip wants of a file. */
static zip_int64_t
serve(void *from, void *data, zip_uint64_t n, zip_source_cmd_t command)
{
	struct source *s = from;

	switch (command) {
	case ZIP_SOURCE_OPEN:
		s->at = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return read_some(s, data, n);
	case ZIP_SOURCE_STAT:
		return state(s, data);
	case ZIP_SOURCE_SEEK: {
		zip_int64_t at = zip_source_seek_compute_offset((zip_uint64_t)s->at,
			(zip_uint64_t)s->st.st_size, data, n, &s->error);
		s->at = at < 0 ? s->at : at;
		return at < 0 ? -1 : 0;
	}
	case ZIP_SOURCE_TELL:
		return s->at;
	case ZIP_SOURCE_ERROR:
		return zip_error_to_data(&s->error, data, n);
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_SEEKABLE;
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	default:
		zip_error_set(&s->error, ZIP_ER_OPNOTSUPP, 0);
		return -1;
	}
}

/* --- an entry --------------------------------------------------------------------------- */

struct entry {
	zip_t *zip;
	zip_uint64_t i;
	zip_stat_t stat;
	zip_file_t *file;
	char name[UNZIP_NAME_MAX];
	uint64_t size; /* read so far */
};

static unsigned
little_endian(const unsigned char *p, int n)
{
	unsigned x = 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

static int64_t
written(const struct entry *e, const struct unzip *u)
{
	zip_uint16_t n = 0;
	const zip_uint8_t *field = zip_file_extra_field_get_by_id(
		e->zip, e->i, EXTRA_TIME, 0, &n, ZIP_FL_CENTRAL);
	int64_t t = field && n >= 5 && (field[0] & 1)
			    ? (int64_t)little_endian(field + 1, 4) * SECOND_MS
			    : 0;

	return t >= OLDEST_MS && t <= u->now.ms + FUTURE_MS ? t : u->written_ms;
}

static int
more(void *from, char *ret, size_t room)
{
	struct entry *e = from;
	zip_int64_t n = zip_fread(e->file, ret, room);

	if (n < 0) /* the checksum is compared at the end */
		return -EBADMSG;
	e->size += (uint64_t)n;
	if (e->size > UNZIP_RATIO_FROM && e->size / UNZIP_RATIO_MAX > e->stat.comp_size)
		return -E2BIG;
	return (int)n;
}

static int
is_database(const struct input *in)
{
	return in->end >= sizeof DATABASE_MAGIC &&
	       memcmp(in->buf, DATABASE_MAGIC, sizeof DATABASE_MAGIC) == 0;
}

static int
hand_over_file(struct entry *e, const struct unzip *u, struct input *in)
{
	struct input file;
	int r = spill_open(in, &file);

	if (r < 0) {
		u->refuse(u->ctx, e->name,
			r == -EFBIG || r == -E2BIG ? "too large"
			: r == -EBADMSG            ? "damaged"
						   : strerror(-r));
		return 0;
	}
	r = u->each(u->ctx, e->name, &file);
	spill_close(&file);
	return r;
}

static int
hand_over(struct entry *e, const struct unzip *u)
{
	struct input in;
	int r;

	input_from(&in, more, e);
	in.written_ms = written(e, u);
	r = input_fill(&in, sizeof DATABASE_MAGIC);
	if (r == 0 && is_database(&in))
		r = hand_over_file(e, u, &in);
	else
		r = u->each(u->ctx, e->name, &in);
	input_close(&in);
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

static int
look_up(struct entry *e)
{
	const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_COMP_SIZE;

	e->size = 0;
	if (zip_stat_index(e->zip, e->i, 0, &e->stat) < 0 ||
		(e->stat.valid & needed) != needed)
		return 0;
	snprintf(e->name, sizeof e->name, "%s", e->stat.name);
	for (char *p = e->name; *p; p++) /* foreign bytes must not steer the terminal */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return 1;
}

static const char *
fault(zip_t *zip)
{
	switch (zip_error_code_zip(zip_get_error(zip))) {
	case ZIP_ER_NOPASSWD:
	case ZIP_ER_ENCRNOTSUPP:
		return "encrypted: unpack it with its password first";
	case ZIP_ER_COMPNOTSUPP:
		return "packed by a method that is not known here: unpack it first";
	}
	return "damaged";
}

static int
one_entry(struct entry *e, const struct unzip *u)
{
	int r = 0;

	e->file = zip_fopen_index(e->zip, e->i, 0);
	if (e->file) {
		r = hand_over(e, u);
		zip_fclose(e->file);
	} else {
		u->refuse(u->ctx, e->name, fault(e->zip));
	}
	return r;
}

static int
walk_entries(zip_t *zip, const struct unzip *u, uint64_t size)
{
	struct entry e = {.zip = zip};
	zip_int64_t n = zip_get_num_entries(zip, 0);
	int r = 0;

	for (; r == 0 && (zip_int64_t)e.i < n; e.i++) {
		const char *why = look_up(&e) ? NULL : "its directory is damaged";
		/* what lies side by side is no larger than what it lies in */
		if (!why && e.stat.comp_size > size)
			why = "its entries lie over each other";
		if (why) {
			u->refuse(u->ctx, NULL, why);
			return 1;
		}
		size -= e.stat.comp_size;
		if (!is_passed_over(e.name))
			r = one_entry(&e, u);
	}
	return r;
}

/* NULL, or why there is none. */
static const char *
open_zip(struct source *s, zip_t **ret)
{
	zip_source_t *source = zip_source_function_create(serve, s, &s->error);

	s->left = UNZIP_DIRECTORY_MAX;
	*ret = source ? zip_open_from_source(source, ZIP_RDONLY, &s->error) : NULL;
	int too_large = s->left < 0;
	s->left = INT64_MAX;
	if (*ret)
		return NULL;
	zip_source_free(source);
	if (too_large)
		return "a zip with more in it than an export has";
	return "a zip without a sound directory at its end: cut off, still being "
	       "written, "
	       "or a part of several";
}

int
unzip_each(const struct unzip *u)
{
	struct source s = {.fd = open(u->path, O_RDONLY | O_CLOEXEC)};
	const char *why;
	zip_t *zip;
	int r = 1;

	zip_error_init(&s.error);
	if (s.fd < 0 || fstat(s.fd, &s.st) < 0 || !S_ISREG(s.st.st_mode))
		why = "a zip cannot come through standard input or a pipe: name its file";
	else
		why = open_zip(&s, &zip);
	if (why) {
		u->refuse(u->ctx, NULL, why);
	} else {
		r = walk_entries(zip, u, (uint64_t)s.st.st_size);
		zip_discard(zip);
	}
	if (s.fd >= 0)
		close(s.fd);
	zip_error_fini(&s.error);
	return r;
}
