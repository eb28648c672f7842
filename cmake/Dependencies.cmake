# All from the distribution's packages (tools/deps.sh installs them).
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)

# Debian and Ubuntu install one Boost at a time into /usr/include; only headers are used.
find_path(BOOST_INCLUDE boost/asio/awaitable.hpp REQUIRED)
add_library(autosre_boost INTERFACE)
target_include_directories(autosre_boost SYSTEM INTERFACE ${BOOST_INCLUDE})
target_compile_definitions(autosre_boost INTERFACE BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_SERIAL_PORT BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(autosre_boost INTERFACE Threads::Threads)

# Header-only, by the distribution's own headers: its targets link the shared libraries.
find_path(SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
add_library(autosre_spdlog INTERFACE)
target_include_directories(autosre_spdlog SYSTEM INTERFACE ${SPDLOG_INCLUDE})
target_compile_definitions(autosre_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(autosre_spdlog INTERFACE fmt::fmt-header-only)

# libarchive as a static library: the shared one brings fifteen others,
# which the loader would read for every `autosre --version`.
find_path(ARCHIVE_INCLUDE archive.h REQUIRED)
add_library(autosre_archive INTERFACE)
target_include_directories(autosre_archive SYSTEM INTERFACE ${ARCHIVE_INCLUDE})
foreach(library libarchive.a libz.a libbz2.a liblzma.a libzstd.a libnettle.so)
  find_library(PATH_OF_${library} ${library} REQUIRED)
  target_link_libraries(autosre_archive INTERFACE ${PATH_OF_${library}})
endforeach()

# Static as well: one library less to load for every start.
find_path(YAML_CPP_INCLUDE yaml-cpp/yaml.h REQUIRED)
find_library(YAML_CPP_LIBRARY libyaml-cpp.a REQUIRED)
add_library(autosre_yaml INTERFACE)
target_include_directories(autosre_yaml SYSTEM INTERFACE ${YAML_CPP_INCLUDE})
target_link_libraries(autosre_yaml INTERFACE ${YAML_CPP_LIBRARY})

find_path(XXHASH_INCLUDE xxhash.h REQUIRED)  # header only

# HTTP/2 and content codings for fetching pages, static as well.
find_path(NGHTTP2_INCLUDE nghttp2/nghttp2.h REQUIRED)
find_library(NGHTTP2_LIBRARY libnghttp2.a REQUIRED)
add_library(autosre_http2 INTERFACE)
target_include_directories(autosre_http2 SYSTEM INTERFACE ${NGHTTP2_INCLUDE})
target_link_libraries(autosre_http2 INTERFACE ${NGHTTP2_LIBRARY})
add_library(autosre_codings INTERFACE)
foreach(library libbrotlidec.a libbrotlicommon.a libz.a libzstd.a)
  find_library(PATH_OF_${library} ${library} REQUIRED)
  target_link_libraries(autosre_codings INTERFACE ${PATH_OF_${library}})
endforeach()
