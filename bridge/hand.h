/* SPDX-License-Identifier: MIT */
/* What is being read, in a file of the spool's directory, so that what ends the bridge (a fault in
 * a reader, no memory) is not read for ever: at the fourth start it is left out. Not synced: a
 * power cut is nobody's fault. */
#pragma once

#include "base/base.h"
#include "seen.h"

#define HAND_MAX 3

/* Before it is read: how often reading just this ended the bridge, start after start. */
int hand_take(const char *spool, const char *path, const struct stamp *stamp);
/* It has been read. */
void hand_empty(const char *spool);
