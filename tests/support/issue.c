/* SPDX-License-Identifier: Apache-2.0 */
#include "issue.h"

#include "format.h"
#include "strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { SQL_BYTES = 1 << 20, CONTACT_BYTES = 2000 };

static const char *register_of(const char *form)
{
    static const struct {
        const char *form, *sign;
    } registers[] = {
        {"receipt", "BN"}, {"information", "YCBS"}, {"refusal", "TC"}, {"apology", "PXL"}};

    for (size_t i = 0; i < COUNT(registers); i++)
        if (strcmp(registers[i].form, form) == 0)
            return registers[i].sign;
    return "BN";
}

static void add_case(struct strbuf *sql, const struct issue *issue, const struct uuid *case_id)
{
    char id[UUID_TEXT_SIZE], reference[REFERENCE_SIZE];

    reference_new(reference);
    strbuf_addf(sql,
                "INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel,"
                " language, hide_name, anonymous, received_at, due_at, clock, amount, calendar)"
                " VALUES ('%s', '%s', '%s', '%s', '%s', 'IN_PROGRESS', 3, 'api', '%s',"
                " %s, %s, '2026-11-10 03:05Z', '2026-11-25 09:30Z', 'working_days', 10, 'VN');\n",
                uuid_text(case_id, id), reference,
                issue->kind != NULL ? issue->kind : "field_report", issue->service, issue->unit,
                issue->language, issue->hide_name ? "true" : "false",
                issue->name == NULL ? "true" : "false");
}

static void add_contact(struct strbuf *sql, const struct crypto_ring *ring, const char *name,
                        const struct uuid *case_id)
{
    uint8_t sealed[CONTACT_BYTES + CRYPTO_SEAL_OVERHEAD];
    char contact[CONTACT_BYTES], id[UUID_TEXT_SIZE];
    int len =
        snprintf(contact, sizeof(contact), "{\"name\":\"%s\",\"phone\":\"+84901234567\"}", name);

    crypto_seal(ring, case_id, contact, (size_t)len, sealed);
    strbuf_addf(sql, "INSERT INTO contacts (case_id, sealed) VALUES ('%s', '\\x",
                uuid_text(case_id, id));
    strbuf_add_hex(sql, sealed, (size_t)len + CRYPTO_SEAL_OVERHEAD);
    strbuf_addf(sql, "');\n");
}

static void add_letter(struct strbuf *sql, const struct issue *issue, const struct uuid *letter,
                       const struct uuid *case_id)
{
    char id[UUID_TEXT_SIZE], of[UUID_TEXT_SIZE];
    const char *sign = register_of(issue->form);

    strbuf_addf(sql,
                "INSERT INTO letters SELECT '%s', '%s', '%s', '%s', '%s', $fields$%s$fields$,"
                " '2026-11-25 09:00Z', '%s', 2026,"
                " (SELECT coalesce(max(number), 0) + 1 FROM letters"
                "   WHERE unit = '%s' AND register = '%s' AND year = 2026),"
                " '2026-11-26 02:00Z', (SELECT coalesce(max(issued_seq), 0) + 1 FROM letters);\n",
                uuid_text(letter, id), uuid_text(case_id, of), issue->form, issue->unit,
                issue->language, issue->fields, sign, issue->unit, sign);
}

void issue_letters(struct cluster *cluster, const struct crypto_ring *ring,
                   const struct issue *issue, int count, struct uuid ids[])
{
    for (int i = 0; i < count; i++) {
        AUTO(strbuf_free) struct strbuf sql = STRBUF(SQL_BYTES);
        struct uuid case_id = uuid_new();
        ids[i] = uuid_new();
        add_case(&sql, issue, &case_id);
        if (issue->name != NULL && ring != NULL)
            add_contact(&sql, ring, issue->name, &case_id);
        add_letter(&sql, issue, &ids[i], &case_id);
        assert_non_null(strbuf_text(&sql));
        cluster_query(cluster, strbuf_text(&sql));
    }
}

char *issue_file(struct cluster *cluster, const char *letters_dir, const struct uuid *letter)
{
    char id[UUID_TEXT_SIZE];
    AUTO(format_free)
    char *sql = format_new("SELECT encode(hash, 'hex') FROM letter_files WHERE letter = '%s'",
                           uuid_text(letter, id));
    const char *hash = cluster_query(cluster, sql);

    return hash != NULL ? format_new("%s/%.2s/%s.pdf", letters_dir, hash, hash + 2) : NULL;
}
