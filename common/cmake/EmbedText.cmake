# SPDX-License-Identifier: Apache-2.0
# embed_text(TARGET DIR): every DIR/<name>.txt becomes "static const char
# text_<name>[]", NUL-terminated, in the header texts_<TARGET>.h. Written as
# bytes, since a string literal may not be that long.
#
# The same file is the generator: cmake -DDIR=<folder> -DOUT=<header> -P
# EmbedText.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files "${DIR}/*.txt")
  set(text "/* Generated from ${DIR}. Do not edit. */\n")
  foreach(path IN LISTS files)
    get_filename_component(name "${path}" NAME_WE)
    file(READ "${path}" bytes HEX)
    string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "(char)0x\\1," bytes "${bytes}")
    string(APPEND text "\nstatic const char text_${name}[] = {\n${bytes}0};\n")
  endforeach()
  file(WRITE "${OUT}" "${text}")
  return()
endif()

set(EMBED_TEXT_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(embed_text target dir)
  set(folder "${CMAKE_SOURCE_DIR}/${dir}")
  file(GLOB files CONFIGURE_DEPENDS "${folder}/*.txt")
  set(out "${CMAKE_BINARY_DIR}/generated/${target}/texts_${target}.h")
  add_custom_command(OUTPUT "${out}" DEPENDS ${files} "${EMBED_TEXT_SCRIPT}"
    COMMAND ${CMAKE_COMMAND} -DDIR=${folder} -DOUT=${out} -P "${EMBED_TEXT_SCRIPT}")
  add_custom_target(texts_${target} DEPENDS "${out}")
  add_dependencies(${target} texts_${target})
endfunction()
