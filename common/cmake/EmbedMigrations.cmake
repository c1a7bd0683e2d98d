# SPDX-License-Identifier: Apache-2.0
# embed_migrations(TARGET DIR): the files DIR/NNNN_<name>.sql, in their order,
# become "migrations[]" (struct migration, services/ctl/migration.h) in the
# header migrations.h. Numbers begin at 0001 and leave no gap. Written as
# bytes, since a string literal may not be that long.
#
# The same file is the generator: cmake -DDIR=<folder> -DOUT=<header> -P
# EmbedMigrations.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files "${DIR}/*.sql")
  list(SORT files)
  set(arrays "")
  set(rows "")
  set(number 0)
  foreach(path IN LISTS files)
    get_filename_component(file "${path}" NAME)
    math(EXPR number "${number} + 1")
    if(NOT file MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)\\.sql$")
      message(FATAL_ERROR "${path}: a migration is called NNNN_name.sql")
    endif()
    set(name "${CMAKE_MATCH_2}")
    string(REGEX REPLACE "^0+" "" plain "${CMAKE_MATCH_1}")
    if(NOT plain EQUAL number)
      message(FATAL_ERROR "${path}: migrations are numbered without gaps, this is number ${number}")
    endif()
    file(READ "${path}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND arrays "\nstatic const uint8_t migration_${number}[] = {\n${bytes}0x00};\n")
    string(APPEND rows "    {${number}, \"${name}\", migration_${number}, sizeof(migration_${number}) - 1},\n")
  endforeach()
  file(WRITE "${OUT}" "/* Generated from schemas/db. Do not edit. */\n${arrays}\n"
    "static const struct migration migrations[] = {\n${rows}};\n")
  return()
endif()

set(EMBED_MIGRATIONS_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(embed_migrations target dir)
  set(folder "${CMAKE_SOURCE_DIR}/${dir}")
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  set(out "${CMAKE_BINARY_DIR}/generated/${target}/migrations.h")
  add_custom_command(OUTPUT "${out}" DEPENDS ${files} "${EMBED_MIGRATIONS_SCRIPT}"
    COMMAND ${CMAKE_COMMAND} -DDIR=${folder} -DOUT=${out} -P "${EMBED_MIGRATIONS_SCRIPT}")
  add_custom_target(migrations_${target} DEPENDS "${out}")
  add_dependencies(${target} migrations_${target})
endfunction()
