/* SPDX-License-Identifier: MIT */
/* See mhd.h. */
#include "http/mhd.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

int
mhd_load(struct mhd *ret)
{
	void *library = dlopen(MHD_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return -ELIBACC;
#define LOAD(name)                                                                       \
	{                                                                                \
		void *at = dlsym(library, #name);                                        \
		if (!at)                                                                 \
			return -ELIBACC;                                                 \
		memcpy(&ret->name, &at, sizeof at);                                      \
	}
	MHD_FUNCTIONS(LOAD)
#undef LOAD
	return 0;
}
