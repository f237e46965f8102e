/* SPDX-License-Identifier: MIT */
/* For po/update only, never compiled: sentences of scorers and core that reach people through
 * words_why() and stand in the code where xgettext does not see them; and what may stand in the
 * holes of words_why()'s forms. */
#pragma once

N_("sleep")
N_("efficiency")
N_("time awake")
N_("time to fall asleep")
N_("number of awakenings")
N_("activity")
N_("no sleep statistics")
N_("it does not say why")
N_("the tracker was not worn all night")
N_("the record was deleted")
N_("it is told as another sleep now")
N_("less than half an hour of movement data")
N_("nothing moved all night: not worn")
