/* SPDX-License-Identifier: MIT */
/* See curl_api.h. */
#include "out/curl_api.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int
curl_api_load(struct curl_api *ret)
{
	void *library = dlopen(CURL_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return -ELIBACC;
#define LOAD(name)                                                                       \
	{                                                                                \
		void *at = dlsym(library, #name);                                        \
		if (!at)                                                                 \
			return -ELIBACC;                                                 \
		memcpy(&ret->name, &at, sizeof at);                                      \
	}
	CURL_FUNCTIONS(LOAD)
#undef LOAD
	return 0;
}
