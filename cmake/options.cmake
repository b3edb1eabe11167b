# How everything is compiled: language, warnings, hardening, sanitizers.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

option(GATEHOUSE_WERROR "Treat warnings as errors" OFF)
option(GATEHOUSE_FUZZ "Build the fuzz targets (libFuzzer)" OFF)
set(GATEHOUSE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Wthread-safety
                    -Wno-missing-designated-field-initializers
                    -fstack-protector-strong -fno-omit-frame-pointer)
if(GATEHOUSE_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fcf-protection)
endif()
# Position independent like the executables they end in; shared objects (sdk/) ask for -fPIC themselves.
add_compile_options(-fPIE)
add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
# Assertions of the standard library stay on in every build: an index out of range ends the process, never reads on.
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_link_options(-fuse-ld=lld -Wl,-z,relro,-z,now)
if(GATEHOUSE_SANITIZE)
  add_compile_options(-fsanitize=${GATEHOUSE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${GATEHOUSE_SANITIZE})
endif()
# Lets ccache share objects between build folders and with the precompiled header.
add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
