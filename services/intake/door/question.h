/* SPDX-License-Identifier: Apache-2.0 */
/* question - a question of a service as both programming interfaces tell it; what each calls
 * otherwise is its own. */
#ifndef QUESTION_H
#define QUESTION_H

#include "catalogue.h"
#include "language.h"
#include "tree.h"

/* Members of the record at hand: code, datatype, required, variable, description. */
void question_add(struct tree *tree, const struct catalogue_attribute *question,
                  enum language language);
/* The list "values": what there is to choose from. */
void question_add_values(struct tree *tree, const struct catalogue_attribute *question,
                         enum language language);

#endif
