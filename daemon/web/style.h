/* SPDX-License-Identifier: MIT */
/* How the pages look. Calm on purpose: blues and sand, nothing red, nothing that moves. */
#pragma once

extern const char style_sheet[];
