/* SPDX-License-Identifier: MIT */
/* See told_memory.h. */
#include "told_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX   512
#define LENGTH_AT 1 /* bit of a mark's value; below: stages */
#define START_AT  18
#define LENGTH    0x1ffff /* a day's seconds take 17 bits */
#define CHAINS    65536

static uint32_t
hash_of(const char *id)
{
	uint32_t hash = 2166136261U; /* FNV-1a */

	for (; *id; id++)
		hash = (hash ^ (unsigned char)*id) * 16777619U;
	return hash;
}

static uint32_t *
chain(uint32_t *of, int family, int64_t key)
{
	uint64_t x = ((uint64_t)family << 40) ^ (uint64_t)key;
	return &of[(x * UINT64_C(0x9e3779b97f4a7c15)) >> 48];
}

static void
link_day(struct told_memory *m, struct told *k)
{
	uint32_t *head = chain(m->by_day, k->family, k->start / DAY_MS);

	k->next_by_day = *head;
	*head = (uint32_t)(k - m->v) + 1;
}

static void
unlink_day(struct told_memory *m, const struct told *k)
{
	uint32_t *at = chain(m->by_day, k->family, k->start / DAY_MS);

	while (*at != (uint32_t)(k - m->v) + 1)
		at = &m->v[*at - 1].next_by_day;
	*at = k->next_by_day;
}

struct told *
told_add(struct told_memory *m, int family, const char *id, int64_t start, int64_t end)
{
	if (m->n == TOLD_MAX)
		return NULL;
	if (!m->by_day) {
		m->by_day = xcalloc(CHAINS, sizeof *m->by_day);
		m->by_id = xcalloc(CHAINS, sizeof *m->by_id);
	}
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 64;
		m->v = xrealloc(m->v, m->cap, sizeof *m->v);
	}
	struct told *k = &m->v[m->n++];
	*k = (struct told){
		.family = family, .hash = hash_of(id), .start = start, .end = end};
	k->at = TOLD_IN_NO_RUN;
	snprintf(k->id, sizeof k->id, "%s", id);
	uint32_t *head = chain(m->by_id, family, k->hash);
	k->next_by_id = *head;
	*head = (uint32_t)m->n;
	link_day(m, k);
	return k;
}

void
told_move(struct told_memory *m, struct told *k, int64_t start, int64_t end)
{
	unlink_day(m, k);
	k->start = start;
	k->end = end;
	link_day(m, k);
}

void
told_gone(struct told_memory *m, struct told *k)
{
	unlink_day(m, k);
	k->gone = 1;
}

struct told *
told_by_id(struct told_memory *m, int family, const char *id)
{
	uint32_t hash = hash_of(id);

	for (uint32_t i = m->by_id ? *chain(m->by_id, family, hash) : 0; i;
		i = m->v[i - 1].next_by_id) {
		struct told *k = &m->v[i - 1];
		if (k->family == family && k->hash == hash && !k->gone &&
			strcmp(k->id, id) == 0)
			return k;
	}
	return NULL;
}

size_t
told_near(struct told_memory *m, const struct found_session *s,
	struct told *ret[static TOLD_NEAR_MAX])
{
	size_t n = 0;

	if (!m->by_day)
		return 0;
	for (int64_t day = s->start / DAY_MS - 2; day <= s->end / DAY_MS; day++)
		for (uint32_t i = *chain(m->by_day, s->family, day);
			i && n < TOLD_NEAR_MAX; i = m->v[i - 1].next_by_day) {
			struct told *k = &m->v[i - 1];
			if (k->family == s->family && !k->gone &&
				k->start / DAY_MS == day)
				ret[n++] = k;
		}
	return n;
}

void
told_recall(struct told_memory *m, const struct collect *c, const struct marks *marks)
{
	for (size_t i = 0; marks && i < marks->n; i++) {
		const char *key = marks->v[i].key;
		uint64_t value = (uint64_t)marks->v[i].value;
		if (strncmp(key, "night|", 6) != 0 || value == 0)
			continue;
		for (int f = 1; f <= c->n_families; f++) {
			const char *family = c->families[f - 1];
			size_t n = strlen(family);
			if (strncmp(key + 6, family, n) != 0 || key[6 + n] != '|')
				continue;
			int64_t start = (int64_t)(value >> START_AT) * SECOND_MS;
			int64_t length = (value >> LENGTH_AT) & LENGTH;
			struct told *k = told_add(
				m, f, key + 7 + n, start, start + length * SECOND_MS);
			if (!k)
				return;
			k->staged = value & 1;
			k->known = 1;
		}
	}
}

void
told_keep(const struct told_memory *m, const struct collect *c, struct marks *marks)
{
	char key[KEY_MAX];

	for (size_t i = 0; marks && i < m->n; i++) {
		const struct told *k = &m->v[i];
		uint64_t start = (uint64_t)(k->start / SECOND_MS),
			 length = (uint64_t)(k->end - k->start) / SECOND_MS;
		if (!k->touched && !k->gone)
			continue;
		snprintf(key, sizeof key, "night|%s|%s", c->families[k->family - 1],
			k->id);
		marks_set(marks, key,
			k->gone ? 0
				: (int64_t)(start << START_AT | length << LENGTH_AT |
					    (unsigned)k->staged));
	}
}

void
told_forget(struct told_memory *m)
{
	free(m->v);
	free(m->by_day);
	free(m->by_id);
	*m = (struct told_memory){0};
}
