/* SPDX-License-Identifier: Apache-2.0 */
#include "letter_check.h"

#include "crypto.h"
#include "format.h"
#include "strbuf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { FILE_MOST = 1 << 20 };

static void expect_whole(struct cluster *cluster, const char *letters_dir, const char *folder,
                         const char *name)
{
    AUTO(format_free) char *path = format_new("%s/%s/%s", letters_dir, folder, name);
    AUTO(format_free) char *data = calloc(1, FILE_MOST);
    AUTO(strbuf_free) struct strbuf digits = STRBUF(100);
    uint8_t hash[CRYPTO_HASH_BYTES];
    FILE *file = fopen(path, "re");

    assert_non_null(file);
    size_t len = fread(data, 1, FILE_MOST, file);
    fclose(file);
    crypto_hash_pieces(&(struct crypto_piece){data, len}, 1, hash);
    strbuf_add_hex(&digits, hash, sizeof(hash));
    assert_memory_equal(digits.data, folder, 2);
    assert_memory_equal(digits.data + 2, name, 62);
    assert_string_equal(name + 62, ".pdf");
    AUTO(format_free)
    char *known = format_new("SELECT bytes = %zu FROM letter_files WHERE hash = '\\x%s'", len,
                             strbuf_text(&digits));
    const char *said = cluster_query(cluster, known);
    if (said == NULL || strcmp(said, "t") != 0)
        fail_msg("%s is no letter's", path);
}

/* cluster NULL: they are counted alone. */
static int look(struct cluster *cluster, const char *letters_dir, const char *folder)
{
    AUTO(format_free) char *path = format_new("%s/%s", letters_dir, folder);
    DIR *dir = opendir(path);
    int count = 0;

    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        if (cluster != NULL)
            expect_whole(cluster, letters_dir, folder, entry->d_name);
    }
    closedir(dir);
    return count;
}

int letter_check_store(struct cluster *cluster, const char *letters_dir)
{
    DIR *dir = opendir(letters_dir);
    int count = 0;

    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "tmp") != 0)
            count += look(cluster, letters_dir, entry->d_name);
    closedir(dir);
    return count;
}

int letter_check_leftovers(const char *letters_dir)
{
    return look(NULL, letters_dir, "tmp");
}

pid_t letter_renderer(pid_t service)
{
    AUTO(format_free)
    char *path = format_new("/proc/%d/task/%d/children", (int)service, (int)service);
    FILE *file = fopen(path, "re");
    char line[64] = "";

    if (file == NULL)
        return 0;
    bool any = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    return any ? (pid_t)strtol(line, NULL, 10) : 0;
}
