/* SPDX-License-Identifier: MIT */
/* Webhook notices that say only "something has changed, come and fetch it": no failure, and no
 * data. Pure. */
#pragma once

#include <stddef.h>

#define NOTICE_SIZE_MAX 65536 /* beyond this it is a document */

/* Whose notice this body is ("Oura"); NULL: it is none. */
const char *notice_of(const char *bytes, size_t n);
