#include "mcp/browser/vp8.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include <turbojpeg.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

namespace mcp::browser {
namespace {

constexpr int largest_side = 4096;

// Planes of a picture whose colours are halved both ways. Odd sides are one longer here, as
// libjpeg-turbo fills them.
struct Planes {
  int width = 0;
  int height = 0;
  std::array<std::vector<unsigned char>, 3> data;

  int width_of(size_t plane) const { return plane == 0 ? width : width / 2; }
  int height_of(size_t plane) const { return plane == 0 ? height : height / 2; }
  void resize(int new_width, int new_height) {
    width = new_width + new_width % 2;
    height = new_height + new_height % 2;
    for (size_t plane = 0; plane < 3; ++plane)
      data[plane].assign(
          static_cast<size_t>(width_of(plane)) * static_cast<size_t>(height_of(plane)),
          plane == 0 ? 16 : 128);
  }
};

}  // namespace

struct Vp8::State {
  tjhandle jpeg = tjInitDecompress();
  vpx_codec_ctx_t codec{};
  bool is_open = false;
  Planes canvas;
  Planes picture;
  int64_t last_time = -1;

  ~State() {
    if (is_open) vpx_codec_destroy(&codec);
    if (jpeg != nullptr) tjDestroy(jpeg);
  }
  bool decode(std::string_view bytes);
  bool open();
  std::optional<Frame> encode(int64_t time);
};

bool Vp8::State::decode(std::string_view bytes) {
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (jpeg == nullptr ||
      tjDecompressHeader3(jpeg, data, bytes.size(), &width, &height, &subsampling, &colours) != 0)
    return false;
  if (subsampling != TJSAMP_420 || width < 2 || height < 2 || width > largest_side ||
      height > largest_side)
    return false;
  picture.resize(width, height);
  std::array<unsigned char*, 3> planes{picture.data[0].data(), picture.data[1].data(),
                                       picture.data[2].data()};
  std::array<int, 3> strides{picture.width_of(0), picture.width_of(1), picture.width_of(2)};
  return tjDecompressToYUVPlanes(jpeg, data, bytes.size(), planes.data(), width, strides.data(),
                                 height, 0) == 0;
}

bool Vp8::State::open() {
  canvas.resize(picture.width, picture.height);
  vpx_codec_enc_cfg_t config{};
  if (vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) return false;
  config.g_w = static_cast<unsigned>(canvas.width);
  config.g_h = static_cast<unsigned>(canvas.height);
  config.g_timebase = {1, 1000};
  config.g_threads = 1;
  config.g_lag_in_frames = 0;
  config.rc_end_usage = VPX_VBR;
  config.rc_target_bitrate = 1500;  // kbit/s
  config.rc_min_quantizer = 4;
  config.rc_max_quantizer = 48;
  config.kf_max_dist = 100;
  if (vpx_codec_enc_init(&codec, vpx_codec_vp8_cx(), &config, 0) != VPX_CODEC_OK) return false;
  is_open = true;
  vpx_codec_control_(&codec, VP8E_SET_CPUUSED, -8);
  return true;
}

std::optional<Vp8::Frame> Vp8::State::encode(int64_t time) {
  if (!is_open || time <= last_time) return std::nullopt;
  vpx_image_t image{};
  image.fmt = VPX_IMG_FMT_I420;
  image.w = image.d_w = static_cast<unsigned>(canvas.width);
  image.h = image.d_h = static_cast<unsigned>(canvas.height);
  image.x_chroma_shift = image.y_chroma_shift = 1;
  image.bps = 12;
  for (size_t plane = 0; plane < 3; ++plane) {
    image.planes[plane] = canvas.data[plane].data();
    image.stride[plane] = canvas.width_of(plane);
  }
  const auto length = static_cast<unsigned long>(last_time < 0 ? 40 : time - last_time);
  if (vpx_codec_encode(&codec, &image, time, length, 0, VPX_DL_REALTIME) != VPX_CODEC_OK)
    return std::nullopt;
  last_time = time;
  Frame frame;
  vpx_codec_iter_t at = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec, &at)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    frame.bytes.append(static_cast<const char*>(packet->data.frame.buf), packet->data.frame.sz);
    frame.is_key = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
  }
  if (frame.bytes.empty()) return std::nullopt;
  return frame;
}

Vp8::Vp8() : state_(std::make_unique<State>()) {}
Vp8::~Vp8() = default;

std::optional<Vp8::Frame> Vp8::encode(std::string_view jpeg, int64_t time) {
  if (!state_->decode(jpeg)) return std::nullopt;
  if (!state_->is_open && !state_->open()) return std::nullopt;
  Planes& to = state_->canvas;
  const Planes& from = state_->picture;
  if (from.width < to.width || from.height < to.height) to.resize(to.width, to.height);
  for (size_t plane = 0; plane < 3; ++plane) {
    const auto width = static_cast<size_t>(std::min(to.width_of(plane), from.width_of(plane)));
    const int height = std::min(to.height_of(plane), from.height_of(plane));
    for (int row = 0; row < height; ++row)
      std::memcpy(to.data[plane].data() + row * to.width_of(plane),
                  from.data[plane].data() + row * from.width_of(plane), width);
  }
  return state_->encode(time);
}

std::optional<Vp8::Frame> Vp8::repeat(int64_t time) {
  return state_->encode(time);
}

int Vp8::width() const {
  return state_->canvas.width;
}

int Vp8::height() const {
  return state_->canvas.height;
}

}  // namespace mcp::browser
