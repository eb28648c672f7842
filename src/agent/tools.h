// How many tools an agent is given: `few` is for models with a small window.
#pragma once

namespace agent {

enum class Tools { all, few };

}  // namespace agent
