/* SPDX-License-Identifier: MIT */
/* Epoch and seq of a Batch that is going to be refused: so that it counts as settled in
 * the ack, and the bridge does not send it for ever. Reads only the outermost tags. */
#pragma once

#include "base/base.h"

/* 1 if the bytes hold an epoch and a seq, neither 0, before anything unreadable. */
int batch_key(const void *payload, size_t n, uint64_t *ret_epoch, uint64_t *ret_seq);
