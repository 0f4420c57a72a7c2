// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDaysOfLenientDates(t *testing.T) {
	for _, c := range []struct {
		year, month, day int
		want             int64
	}{
		{1970, 1, 1, 0}, {1970, 13, 1, 365}, {1970, 1, 0, -1}, {1971, -11, 1, 0}, {2020, 2, 30, 18322}, {2000, 3, 1, 11017},
		{1582, 10, 15, -141427}, {1582, 10, 4, -141428}, {1, 1, 1, -719164}, {1500, 2, 29, -171596},
	} {
		require.Equal(t, c.want, DaysOf(c.year, c.month, c.day), "%d-%d-%d", c.year, c.month, c.day)
	}
}

func TestTheGregorianCalendarIsThatOfPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(-3_000_000, 3_000_000).Draw(t, "days")
		want := time.Unix(days*secondsPerDay, 0).UTC()
		year, month, day := GregorianDate(days)
		assert.Equal(t, []int{want.Year(), int(want.Month()), want.Day()}, []int{int(year), month, day})
		assert.Equal(t, days, GregorianDays(year, month, day))
		// Months and days that are out of range carry over, as those of package time.
		by := rapid.IntRange(-100, 100)
		months, more := by.Draw(t, "months"), by.Draw(t, "more")
		assert.Equal(t, time.Date(int(year), time.Month(month+months), day+more, 0, 0, 0, 0, time.UTC).Unix(), GregorianDays(year, month+months, day+more)*secondsPerDay)
	})
}

func TestDaysAndDatesOfJavasCalendarAreOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(-3_000_000, 3_000_000).Draw(t, "days")
		year, month, day := DateOf(days)
		assert.Equal(t, days, DaysOf(year, month, day))
	})
}
