# gatehouse_library(NAME [DEPENDS lib...]): every .cpp of the folder becomes the library gatehouse_NAME, and every
# *_test.cpp of it the test program NAME_test.
function(gatehouse_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(sources)
    add_library(gatehouse_${name} STATIC ${sources})
    target_link_libraries(gatehouse_${name} PUBLIC ${ARG_DEPENDS})
    target_include_directories(gatehouse_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    gatehouse_precompile(gatehouse_${name})
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE gatehouse_${name} GTest::gmock GTest::gtest_main)
    gatehouse_precompile(${name}_test)
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS unit)
  endif()
endfunction()

# One precompiled header (src/base/precompiled.hpp) serves every target.
function(gatehouse_precompile target)
  if(target STREQUAL "gatehouse_base")
    target_precompile_headers(gatehouse_base PRIVATE ${CMAKE_SOURCE_DIR}/src/base/precompiled.hpp)
  else()
    target_precompile_headers(${target} REUSE_FROM gatehouse_base)
    target_link_libraries(${target} PRIVATE gatehouse_asio_settings fmt::fmt Boost::json)
  endif()
endfunction()
