//go:build tools

// What install_control_plane.sh builds, so that go.mod keeps its versions; apart from the other programs because
// it needs another Kubernetes client than they do.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
