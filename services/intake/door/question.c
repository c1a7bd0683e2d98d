/* SPDX-License-Identifier: Apache-2.0 */
#include "question.h"

void question_add(struct tree *tree, const struct catalogue_attribute *question,
                  enum language language)
{
    tree_text(tree, "code", question->code);
    tree_text(tree, "datatype", question->datatype);
    tree_bool(tree, "required", question->required);
    tree_bool(tree, "variable", question->variable);
    tree_text(tree, "description", IN_LANGUAGE(language, question, description));
}

void question_add_values(struct tree *tree, const struct catalogue_attribute *question,
                         enum language language)
{
    tree_list(tree, "values");
    for (size_t i = 0; i < question->value_count; i++) {
        tree_record(tree, "value");
        tree_text(tree, "key", question->values[i].key);
        tree_text(tree, "name", IN_LANGUAGE(language, &question->values[i], name));
        tree_end(tree);
    }
    tree_end(tree);
}
