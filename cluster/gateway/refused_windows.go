// SPDX-License-Identifier: Apache-2.0

package gateway

import "golang.org/x/sys/windows"

// errRefused is the answer of a machine on whose port nobody listens. syscall.ECONNREFUSED is no code of Windows.
const errRefused = windows.WSAECONNREFUSED
