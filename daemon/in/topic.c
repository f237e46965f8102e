/* SPDX-License-Identifier: MIT */
/* Topics into their parts: an exact split, every part an id. Whatever else a topic holds,
 * it is not ours; nothing of it ever reaches a path, a statement or a format. */
#include <string.h>

#include "in/decode.h"

struct rest {
	const char *at, *end;
};

/* The literal and, unless it ends the topic, the '/' behind it. */
static int
take(struct rest *r, const char *literal)
{
	size_t n = strlen(literal);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, literal, n) != 0)
		return 0;
	r->at += n;
	if (r->at == r->end)
		return 1;
	return *r->at++ == '/' && r->at < r->end;
}

static int
take_id(struct rest *r, char ret[static ID_MAX + 1])
{
	const char *slash = memchr(r->at, '/', (size_t)(r->end - r->at));
	size_t n = (size_t)((slash ? slash : r->end) - r->at);

	if (n == 0 || n > ID_MAX)
		return 0;
	memset(ret, 0, ID_MAX + 1);
	memcpy(ret, r->at, n);
	/* a NUL inside would end the id early */
	if (strlen(ret) != n || !id_is_valid(ret))
		return 0;
	r->at += n;
	if (slash == NULL)
		return 1;
	return ++r->at < r->end;
}

int
topic_device(const char *root, const char *topic, size_t len, struct device_id *ret)
{
	struct rest r = {topic, topic + len};
	struct device_id id;

	if (!take(&r, root) || !take(&r, "v1") || !take(&r, "ingest") ||
		!take_id(&r, id.person) || !take_id(&r, id.source) ||
		!take_id(&r, id.device) || r.at != r.end)
		return 0;
	*ret = id;
	return 1;
}

int
topic_rating(const char *root, const char *topic, size_t len,
	char ret_person[static ID_MAX + 1], enum rating_kind *ret_kind)
{
	struct rest r = {topic, topic + len};
	char person[ID_MAX + 1], kind[ID_MAX + 1];

	if (!take(&r, root) || !take_id(&r, person) || !take_id(&r, kind) ||
		!take(&r, "set") || r.at != r.end)
		return 0;
	for (int k = 1; k < RATING_KINDS; k++)
		if (strcmp(kind, rating_names[k]) == 0) {
			memcpy(ret_person, person, sizeof person);
			*ret_kind = (enum rating_kind)k;
			return 1;
		}
	return 0;
}

int
topic_cmd(const char *root, const char *topic, size_t len,
	char ret_person[static ID_MAX + 1])
{
	struct rest r = {topic, topic + len};
	char person[ID_MAX + 1];

	if (!take(&r, root) || !take_id(&r, person) || !take(&r, "cmd") || r.at != r.end)
		return 0;
	memcpy(ret_person, person, sizeof person);
	return 1;
}
