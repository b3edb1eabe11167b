# gatehouse_function(NAME SOURCES file... [FOLDER folder]): builds the two forms of one function,
#   FOLDER/bootstrap    an executable for AWS Lambda (provided.al2023) and for Gatehouse's process host, fully static, so
#                       that it does not depend on the C library of where it runs
#   FOLDER/function.so  a shared object with one exported symbol, for Gatehouse's in-process host
# FOLDER is dist/NAME in the current build folder. The target of both is APP_NAME, APP being the current folder's name.
find_library(GATEHOUSE_SSL_STATIC NAMES libssl.a REQUIRED)
find_library(GATEHOUSE_CRYPTO_STATIC NAMES libcrypto.a REQUIRED)

function(gatehouse_function name)
  cmake_parse_arguments(ARG "" "FOLDER" "SOURCES" ${ARGN})
  if(NOT ARG_FOLDER)
    set(ARG_FOLDER ${CMAKE_CURRENT_BINARY_DIR}/dist/${name})
  endif()
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME app)
  set(target ${app}_${name})

  add_library(${target}_code OBJECT ${ARG_SOURCES})
  target_link_libraries(${target}_code PUBLIC gatehouse_sdk)
  target_include_directories(${target}_code PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/functions)
  target_compile_options(${target}_code PRIVATE -fPIC)

  add_executable(${target}_bootstrap $<TARGET_OBJECTS:gatehouse_sdk_main>)
  target_link_libraries(${target}_bootstrap PRIVATE ${target}_code gatehouse_sdk_runtime gatehouse_sdk
    gatehouse_sdk_json ${GATEHOUSE_SSL_STATIC} ${GATEHOUSE_CRYPTO_STATIC})
  if(NOT GATEHOUSE_SANITIZE)  # sanitizers cannot be linked statically
    target_link_options(${target}_bootstrap PRIVATE -static-pie -Wno-unused-command-line-argument)
  endif()
  set_target_properties(${target}_bootstrap PROPERTIES
    OUTPUT_NAME bootstrap RUNTIME_OUTPUT_DIRECTORY ${ARG_FOLDER})

  add_library(${target}_object MODULE)
  target_link_libraries(${target}_object PRIVATE ${target}_code gatehouse_sdk gatehouse_sdk_json)
  target_link_options(${target}_object PRIVATE
    -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/function.map -Wl,-Bsymbolic)
  set_target_properties(${target}_object PROPERTIES
    PREFIX "" OUTPUT_NAME function LIBRARY_OUTPUT_DIRECTORY ${ARG_FOLDER})

  foreach(artefact ${target}_bootstrap ${target}_object)
    target_link_options(${artefact} PRIVATE -Wl,--gc-sections $<$<CONFIG:Release>:-Wl,-s>)
  endforeach()
  add_custom_target(${target} ALL DEPENDS ${target}_bootstrap ${target}_object)
endfunction()

# gatehouse_application(): stages the application of the current folder in the build folder: template and site as links,
# dist/ as built. The folder build/release is also linked into the source folder (dist/, not versioned), so that
# `gatehouse run apps/NAME/template.yaml` works there.
function(gatehouse_application)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/template.yaml ${CMAKE_CURRENT_BINARY_DIR}/template.yaml SYMBOLIC)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/site)
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/site ${CMAKE_CURRENT_BINARY_DIR}/site SYMBOLIC)
  endif()
  if(CMAKE_BINARY_DIR STREQUAL "${CMAKE_SOURCE_DIR}/build/release")
    file(CREATE_LINK ${CMAKE_CURRENT_BINARY_DIR}/dist ${CMAKE_CURRENT_SOURCE_DIR}/dist SYMBOLIC)
  endif()
endfunction()
