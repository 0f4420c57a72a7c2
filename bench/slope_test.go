// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheExponentIsThatOfThePower(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		power, first := rapid.Float64Range(-1, 3).Draw(r, "power"), rapid.Float64Range(0.001, 1000).Draw(r, "first")
		var points []point
		for size := 1.0; size <= 64; size *= rapid.SampledFrom([]float64{2, 4}).Draw(r, "factor") {
			points = append(points, point{size, first * math.Pow(size, power)})
		}
		require.InDelta(r, power, exponent(points), 1e-9)
		require.InDelta(r, math.Pow(2, power), steepest(points), 1e-9)
	})
}

func TestTheExponentOfMeasuredCosts(t *testing.T) {
	for name, c := range map[string]struct {
		points             []point
		exponent, steepest float64
	}{
		"a straight line":              {[]point{{1, 3}, {2, 6}, {4, 12}}, 1, 2},
		"nothing depends on the size":  {[]point{{1, 3}, {8, 3}}, 0, 1},
		"a square":                     {[]point{{1, 1}, {4, 16}}, 2, 4},
		"a fixed part and a line":      {[]point{{1, 2}, {2, 3}, {4, 5}}, 0.661, 5.0 / 3},
		"a step in an otherwise flat":  {[]point{{1, 1}, {2, 1}, {4, 2}, {8, 2}}, 0.4, 2},
		"cheaper the larger it is":     {[]point{{1, 4}, {2, 2}, {4, 1}}, -1, 0.5},
		"sizes that are not doublings": {[]point{{10, 10}, {30, 30}, {50, 50}}, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDelta(t, c.exponent, exponent(c.points), 1e-3)
			require.InDelta(t, c.steepest, steepest(c.points), 1e-9)
		})
	}
}
