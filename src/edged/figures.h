#ifndef EDGED_FIGURES_H
#define EDGED_FIGURES_H

#include "answer.h"

/* Answer with the figures of this daemon and of the others, as Prometheus has
 * them. */
void figures_answer(struct site *site, struct exchange *x);

#endif
