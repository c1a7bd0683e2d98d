# SPDX-License-Identifier: Apache-2.0
# embed_files(TARGET DIR [FILE...]): every file below DIR, and each FILE under its
# own name in static/, becomes a row of "embedded_files[]" (struct embedded_file,
# common/embedded.h) in the header files_<TARGET>.h: its bytes, the same packed by
# gzip where that is shorter, and a hash of them. An "X.min.js" is called "X.js".
#
# The same file is the generator: cmake -DDIR=<folder> -DMORE=<files> -DOUT=<header>
# -P EmbedFiles.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  function(add_bytes name path)
    file(READ "${path}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    file(APPEND "${OUT}" "\nstatic const uint8_t ${name}[] = {\n${bytes}0x00};\n")
  endfunction()

  file(GLOB_RECURSE files RELATIVE "${DIR}" "${DIR}/*")
  string(REPLACE "|" ";" more "${MORE}")
  set(rows "")
  set(number 0)
  set(packed "${OUT}.gz")
  file(WRITE "${OUT}" "/* Generated from ${DIR}. Do not edit. */\n#include \"embedded.h\"\n")
  foreach(file IN LISTS files more)
    math(EXPR number "${number} + 1")
    if(IS_ABSOLUTE "${file}")
      get_filename_component(name "${file}" NAME)
      string(REPLACE ".min." "." name "static/${name}")
      set(path "${file}")
    else()
      set(name "${file}")
      set(path "${DIR}/${file}")
    endif()
    execute_process(COMMAND gzip -9nc "${path}" OUTPUT_FILE "${packed}" COMMAND_ERROR_IS_FATAL ANY)
    file(SIZE "${path}" size)
    file(SIZE "${packed}" packed_size)
    file(SHA256 "${path}" hash)
    string(SUBSTRING "${hash}" 0 12 hash)
    add_bytes(file_${number} "${path}")
    set(gzip "NULL, 0")
    if(packed_size LESS size)
      add_bytes(file_${number}_gzip "${packed}")
      set(gzip "file_${number}_gzip, sizeof(file_${number}_gzip) - 1")
    endif()
    string(APPEND rows
      "    {\"${name}\", \"${hash}\", file_${number}, sizeof(file_${number}) - 1, ${gzip}},\n")
  endforeach()
  file(REMOVE "${packed}")
  file(APPEND "${OUT}" "\nstatic const struct embedded_file embedded_files[] = {\n${rows}    {0},\n};\n")
  return()
endif()

set(EMBED_FILES_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(embed_files target dir)
  set(folder "${CMAKE_SOURCE_DIR}/${dir}")
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${folder}/*")
  set(out "${CMAKE_BINARY_DIR}/generated/${target}/files_${target}.h")
  string(REPLACE ";" "|" more "${ARGN}")
  add_custom_command(OUTPUT "${out}" DEPENDS ${files} ${ARGN} "${EMBED_FILES_SCRIPT}"
    COMMAND ${CMAKE_COMMAND} -DDIR=${folder} "-DMORE=${more}" -DOUT=${out} -P "${EMBED_FILES_SCRIPT}"
    VERBATIM)
  add_custom_target(files_${target} DEPENDS "${out}")
  add_dependencies(${target} files_${target})
  target_include_directories(${target} PUBLIC "${CMAKE_BINARY_DIR}/generated/${target}")
endfunction()
