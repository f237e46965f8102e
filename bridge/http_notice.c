/* SPDX-License-Identifier: MIT */
/* What each service's notice looks like, from its documentation; one table. A notice names all of
 * `keys` in its object, or in the first object of its array. A document of the same service never
 * has them all. */
#include "http_notice.h"

#include <jansson.h>
#include <string.h>

#include "base/base.h"

enum shape {
	OBJECT,  /* {keys} */
	ARRAY,   /* [{keys}, ...] */
	SUMMARY, /* {"sleeps": [{keys}, ...], ...} */
	FORM,    /* key=...&key=... */
};

static const struct notice_row {
	const char *whose;
	enum shape shape;
	const char *keys[4];
} table[] = {
	{"Oura", OBJECT, {"event_type", "data_type", "object_id"}},
	{"WHOOP", OBJECT, {"user_id", "id", "type", "trace_id"}},
	{"Polar", OBJECT, {"event", "timestamp"}},
	{"Fitbit", ARRAY, {"collectionType", "ownerId", "subscriptionId"}},
	{"Garmin", SUMMARY, {"userId", "callbackURL"}},
	{"Withings", FORM, {"userid", "appli"}},
};

static int
has_keys(const json_t *object, const struct notice_row *row)
{
	if (!json_is_object(object))
		return 0;
	for (size_t i = 0; i < array_len(row->keys) && row->keys[i]; i++)
		if (!json_object_get(object, row->keys[i]))
			return 0;
	return 1;
}

static int
fits_json(const json_t *root, const struct notice_row *row)
{
	switch (row->shape) {
	case OBJECT:
		return has_keys(root, row);
	case ARRAY:
		return has_keys(json_array_get(root, 0), row);
	case SUMMARY:
		return has_keys(json_array_get(json_object_iter_value(json_object_iter(
						       (json_t *)(uintptr_t)root)),
					0),
			row);
	case FORM:
		return 0;
	}
	return 0;
}

/* 1 if one of the form's fields has this name. */
static int
has_field(const char *form, const char *name)
{
	size_t n = strlen(name);

	for (; *form; form += *form == '&') {
		if (strncmp(form, name, n) == 0 && form[n] == '=')
			return 1;
		form += strcspn(form, "&");
	}
	return 0;
}

static int
fits_form(const char *form, const struct notice_row *row)
{
	if (row->shape != FORM)
		return 0;
	for (size_t i = 0; i < array_len(row->keys) && row->keys[i]; i++)
		if (!has_field(form, row->keys[i]))
			return 0;
	return 1;
}

const char *
notice_of(const char *bytes, size_t n)
{
	const char *whose = NULL;
	size_t blank = strspn(bytes, " \t\r\n");

	if (n > NOTICE_SIZE_MAX || blank >= n)
		return NULL;
	int is_json = bytes[blank] == '{' || bytes[blank] == '[';
	json_t *root = is_json ? json_loadb(bytes, n, 0, NULL) : NULL;
	for (size_t i = 0; i < array_len(table) && !whose; i++)
		if (is_json ? fits_json(root, &table[i]) : fits_form(bytes, &table[i]))
			whose = table[i].whose;
	json_decref(root);
	return whose;
}
