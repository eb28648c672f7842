#include "fetch/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <vector>

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "base/strings.h"

namespace fetch {
namespace {

constexpr size_t max_codings = 4;
constexpr size_t step = 64u << 10;
// Chrome's own limit for a response (RFC 8878 §3.1.1.1.2 asks for 8 MiB at least).
constexpr int zstd_window_bits = 23;

enum class Outcome { whole, cut_input, cut_output, damaged };

// Appends to `out` until the limit. `decode(space)` writes there, returns how much, and sets the
// outcome when it is over.
template <class Decode>
Outcome collect(std::string& out, size_t limit, Decode&& decode) {
  std::vector<char> space(step);
  while (true) {
    std::optional<Outcome> over;
    const size_t count = decode(space, over);
    const size_t kept = std::min(count, limit - out.size());
    out.append(space.data(), kept);
    if (kept < count) return Outcome::cut_output;
    if (over) return *over;
  }
}

// window_bits as zlib has them: 47 for gzip and zlib, -15 for bare deflate.
Outcome inflate_all(std::string_view in, int window_bits, size_t limit, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return Outcome::damaged;
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> owner(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  return collect(out, limit, [&](std::vector<char>& space, std::optional<Outcome>& over) {
    stream.next_out = reinterpret_cast<Bytef*>(space.data());
    stream.avail_out = static_cast<uInt>(space.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    const size_t count = space.size() - stream.avail_out;
    if (result == Z_STREAM_END && stream.avail_in > 0 && window_bits > 15 &&
        stream.next_in[0] == 0x1f) {
      inflateReset(&stream);  // a further member of the same gzip file
    } else if (result == Z_STREAM_END) {
      over = Outcome::whole;
    } else if (result == Z_BUF_ERROR || (result == Z_OK && stream.avail_in == 0 && count == 0)) {
      over = Outcome::cut_input;
    } else if (result != Z_OK) {
      over = Outcome::damaged;
    }
    return count;
  });
}

Outcome decode_deflate(std::string_view in, size_t limit, std::string& out) {
  // Named after zlib's format; some servers send it bare.
  const auto first = static_cast<unsigned char>(in.empty() ? 0 : in[0]);
  const bool is_zlib = in.size() >= 2 && (first & 0x0f) == 8 &&
                       (first * 256 + static_cast<unsigned char>(in[1])) % 31 == 0;
  return inflate_all(in, is_zlib ? 15 : -15, limit, out);
}

Outcome decode_brotli(std::string_view in, size_t limit, std::string& out) {
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  size_t left = in.size();
  const auto* next = reinterpret_cast<const uint8_t*>(in.data());
  return collect(out, limit, [&](std::vector<char>& space, std::optional<Outcome>& over) {
    size_t free = space.size();
    auto* to = reinterpret_cast<uint8_t*>(space.data());
    const auto result =
        BrotliDecoderDecompressStream(state.get(), &left, &next, &free, &to, nullptr);
    if (result == BROTLI_DECODER_RESULT_SUCCESS) over = Outcome::whole;
    if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) over = Outcome::cut_input;
    if (result == BROTLI_DECODER_RESULT_ERROR) over = Outcome::damaged;
    return space.size() - free;
  });
}

Outcome decode_zstd(std::string_view in, size_t limit, std::string& out) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     ZSTD_freeDCtx);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, zstd_window_bits);
  ZSTD_inBuffer from{in.data(), in.size(), 0};
  return collect(out, limit, [&](std::vector<char>& space, std::optional<Outcome>& over) {
    ZSTD_outBuffer to{space.data(), space.size(), 0};
    const size_t before = from.pos;
    const size_t result = ZSTD_decompressStream(context.get(), &to, &from);
    const bool is_at_end = from.pos == from.size && to.pos < to.size;
    if (ZSTD_isError(result) != 0) {
      over = Outcome::damaged;
    } else if (result == 0 && from.pos == from.size) {
      over = Outcome::whole;
    } else if (is_at_end || (to.pos == 0 && from.pos == before)) {
      over = Outcome::cut_input;
    }
    return to.pos;
  });
}

std::optional<Outcome> decode_one(std::string_view coding, std::string_view in, size_t limit,
                                  std::string& out) {
  constexpr int gzip_or_zlib = 47;
  if (coding == "gzip" || coding == "x-gzip") return inflate_all(in, gzip_or_zlib, limit, out);
  if (coding == "deflate") return decode_deflate(in, limit, out);
  if (coding == "br") return decode_brotli(in, limit, out);
  if (coding == "zstd") return decode_zstd(in, limit, out);
  return std::nullopt;
}

std::vector<std::string> codings_of(std::string_view header) {
  std::vector<std::string> codings;
  for (const std::string_view part : base::split(header, ',')) {
    std::string name = base::lower(base::trim(part));
    if (!name.empty() && name != "identity") codings.push_back(std::move(name));
  }
  return codings;
}

}  // namespace

base::Result<Decoded> decode_content(std::string_view codings, std::string body, size_t limit,
                                     bool body_is_cut) {
  const std::vector<std::string> names = codings_of(codings);
  if (names.size() > max_codings) return std::unexpected("it is encoded more than four times");
  Decoded decoded{.bytes = std::move(body)};
  for (const std::string& name : names | std::views::reverse) {
    if (decoded.bytes.empty()) break;  // some servers name a coding for nothing
    std::string out;
    const auto outcome = decode_one(name, decoded.bytes, limit, out);
    if (!outcome)
      return std::unexpected(fmt::format("its coding \"{}\" is not known", name.substr(0, 40)));
    decoded.bytes = std::move(out);
    const bool is_short = *outcome == Outcome::cut_input && !body_is_cut && !decoded.is_cut;
    if (is_short) decoded.problem = fmt::format("its {} coding ends too early", name);
    if (*outcome == Outcome::damaged)
      decoded.problem = fmt::format("its {} coding is damaged", name);
    if (*outcome != Outcome::whole) decoded.is_cut = true;
  }
  if (decoded.bytes.size() > limit) {
    decoded.bytes.resize(limit);
    decoded.is_cut = true;
  }
  return decoded;
}

}  // namespace fetch
