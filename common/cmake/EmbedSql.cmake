# SPDX-License-Identifier: Apache-2.0
# embed_sql(TARGET DIR): every DIR/sql/<verb>_<noun>.sql becomes one
# "static const struct sql sql_<verb>_<noun>" in the header sql_<TARGET>.h,
# which also lists them all in sql_<TARGET>_all[], for preparing and testing.
# What several statements share stands in DIR/sql/parts and is put where they
# say, with psql's own words: \ir parts/<part>.sql, and \set <name> <value>
# for each :<name> of a part: letters alone, no name the beginning of another
# or of a type. The whole statements are written beside the header, for tests.
#
# The same file is the generator: cmake -DDIR=<sql folder> -DNAME=<target>
# -DOUT=<header> -P EmbedSql.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  # Sets body to the statement of the file at path, with its parts.
  function(read_statement path)
    file(READ "${path}" text)
    while(text MATCHES "\\\\ir (parts/)?([a-z_]+\\.sql)\n")
      set(line "${CMAKE_MATCH_0}")
      file(READ "${DIR}/parts/${CMAKE_MATCH_2}" part)
      string(REPLACE "${line}" "${part}" text "${text}")
    endwhile()
    while(text MATCHES "\\\\set ([a-z]+) ([^\n]+)\n")
      set(line "${CMAKE_MATCH_0}")
      set(name "${CMAKE_MATCH_1}")
      string(REGEX REPLACE "^'(.*)'$" "\\1" value "${CMAKE_MATCH_2}")
      string(REPLACE "''" "'" value "${value}")
      string(REPLACE "${line}" "" text "${text}")
      string(REPLACE ":${name}" "${value}" text "${text}")
    endwhile()
    set(body "${text}" PARENT_SCOPE)
  endfunction()

  get_filename_component(whole "${OUT}" DIRECTORY)
  file(REMOVE_RECURSE "${whole}/sql")
  file(GLOB files "${DIR}/*.sql")
  set(text "/* Generated from ${NAME}'s sql/. Do not edit. */\n#include \"sql.h\"\n")
  set(all "")
  foreach(path IN LISTS files)
    get_filename_component(name "${path}" NAME_WE)
    read_statement("${path}")
    file(WRITE "${whole}/sql/${name}.sql" "${body}")
    string(REPLACE "\\" "\\\\" body "${body}")
    string(REPLACE "\"" "\\\"" body "${body}")
    string(REPLACE "\n" "\\n\"\n    \"" body "${body}")
    string(APPEND text "\nstatic const struct sql sql_${name} = {\"${name}\",\n    \"${body}\"};\n")
    string(APPEND all "    &sql_${name},\n")
  endforeach()
  string(APPEND text "\n__attribute__((unused)) static const struct sql *const sql_${NAME}_all[] = {\n${all}    NULL,\n};\n")
  file(CONFIGURE OUTPUT "${OUT}" CONTENT "${text}" @ONLY)
  return()
endif()

set(EMBED_SQL_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(embed_sql target dir)
  set(folder "${CMAKE_SOURCE_DIR}/${dir}/sql")
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.sql")
  file(GLOB parts CONFIGURE_DEPENDS "${folder}/parts/*.sql")
  if(NOT files)
    return()
  endif()
  set(out "${CMAKE_BINARY_DIR}/generated/${target}/sql_${target}.h")
  add_custom_command(OUTPUT "${out}" DEPENDS ${files} ${parts} "${EMBED_SQL_SCRIPT}"
    COMMAND ${CMAKE_COMMAND} -DDIR=${folder} -DNAME=${target} -DOUT=${out} -P "${EMBED_SQL_SCRIPT}")
  add_custom_target(sql_${target} DEPENDS "${out}")
  add_dependencies(${target} sql_${target})
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    target_include_directories(${target} INTERFACE "${CMAKE_BINARY_DIR}/generated/${target}")
  else()
    target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/generated/${target}")
  endif()
endfunction()
