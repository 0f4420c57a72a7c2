// SPDX-License-Identifier: Apache-2.0

package source

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

func timesIn(t *testing.T, zone string, calendar database.Calendar) times {
	t.Helper()
	location, err := database.ParseZone(zone)
	require.NoError(t, err)
	return times{database.Clock{Zone: location, Calendar: calendar}, granularityLogical}
}

func TestTimesAreReadInTheZoneOfTheDatabase(t *testing.T) {
	for text, c := range map[string]struct{ zone, want string }{
		"2020-02-03 04:05:06":           {"America/New_York", "2020-02-03T09:05:06Z"},
		"2020-02-03T04:05:06.5":         {"UTC", "2020-02-03T04:05:06.5Z"},
		"2020-02-03 04:05:06.123456789": {"+05:30", "2020-02-02T22:35:06.123456789Z"},
		"2020-02-03 04:05":              {"UTC", "2020-02-03T04:05:00Z"},
		"2020-02-03":                    {"JST", "2020-02-02T15:00:00Z"},
		"2020-02-03 04:05:06Z":          {"America/New_York", "2020-02-03T04:05:06Z"},
		"2020-02-03 04:05:06 +02:00":    {"America/New_York", "2020-02-03T02:05:06Z"},
		"2020-10-25 02:30:00":           {"Europe/Berlin", "2020-10-25T01:30:00Z"},
		"2020-03-29 02:30:00":           {"Europe/Berlin", "2020-03-29T01:30:00Z"},
	} {
		t.Run(text, func(t *testing.T) {
			parsed, err := parseTime(text)
			require.NoError(t, err)
			assert.Equal(t, c.want, timesIn(t, c.zone, database.Legacy).instant(parsed).Format(time.RFC3339Nano))
		})
	}
	for _, text := range []string{"", "yesterday", "2020-02-03x", "2020-2-3", "25", "2020-02-03 1:2:3", "2020-02-03 04:05:06 CET"} {
		_, err := parseTime(text)
		assert.Error(t, err, text)
	}
}

func TestParametersShowWhatTheClockShows(t *testing.T) {
	zero, at := time.Unix(0, 0), time.Unix(0, 123456789)
	assert.Equal(t, "1969-12-31 19:00:00.123456", plain{dialect: database.MySQL, times: timesIn(t, "America/New_York", database.Legacy)}.bind(at))
	assert.Equal(t, "1970-01-01 00:00:00.1234567", plain{dialect: database.SQLServer, times: timesIn(t, "UTC", database.Legacy)}.bind(at), "all digits of a datetime2, so that its row is not read again")
	assert.Equal(t, int64(0), plain{dialect: database.SQLite, times: timesIn(t, "America/New_York", database.Legacy)}.bind(zero))
	assert.Equal(t, "1970-01-01 00:00:00.000", plain{dialect: database.SQLite, dateClass: "text", times: timesIn(t, "UTC", database.Legacy)}.bind(zero))
}

func TestADayBeginsInTheZoneOfTheDatabase(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Asia/Tokyo"} {
		in := timesIn(t, zone, database.Legacy)
		for _, date := range []string{"2020-02-03", "1500-02-28"} {
			read, err := plain{dialect: database.MySQL, times: in}.instant(column{kind: kindDate})
			require.NoError(t, err)
			at, err := read([]byte(date))
			require.NoError(t, err)
			assert.Equal(t, date+" 00:00:00.000000", plain{dialect: database.MySQL, times: in}.bind(at), "what is read again begins with the day after %s in %s", date, zone)
		}
		read, err := in.instantOfPostgres(column{oid: oidDate})
		require.NoError(t, err)
		at, err := read([]byte{0, 0, 0, 1})
		require.NoError(t, err)
		assert.Equal(t, "2000-01-02 00:00:00.000000000", in.text(at), zone)
	}
}

func TestADatetimeOfSQLServerIsRefusedWhereItIsFinerThanItShows(t *testing.T) {
	for version, want := range map[string]bool{"11.0.7001.0": false, "13.0.1601.5": true, "16.0.4105.2": true, "": false} {
		p := plain{dialect: database.SQLServer, finerDatetime: hasFinerDatetime(version)}
		_, err := p.instant(column{kind: kindTimestamp, native: "DATETIME"})
		assert.Equal(t, want, err != nil, "version %s", version)
		_, err = p.instant(column{kind: kindTimestamp, native: "DATETIME2"})
		assert.NoError(t, err)
	}
}

func TestDecimalsKeepTheirDigits(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int
		want  string
	}{
		{"12.34", 2, "12.34"}, {"-12.34", 2, "-12.34"}, {"12.3", 2, "12.30"}, {"12", 2, "12.00"}, {"0.005", 2, "0.01"}, {"-0.005", 2, "-0.01"}, {"0.0049", 2, "0.00"},
		{"12345678901234567890.12", 2, "12345678901234567890.12"}, {"123400", -2, "123400"}, {"999999999999999999", 0, "999999999999999999"}, {"1e3", 0, "1000"},
	} {
		d, err := decimal([]byte(c.text), c.scale)
		require.NoError(t, err, c.text)
		assert.Equal(t, c.want, d.Plain(), c.text)
		assert.Equal(t, c.scale, d.Scale(), c.text)
	}
	for _, text := range []string{"", "-", "NaN", "1.2.3", "Infinity"} {
		_, err := decimal([]byte(text), 2)
		assert.Error(t, err, text)
	}
}

func TestErrorsHaveNoValues(t *testing.T) {
	const value = "4111111111111111111111111"
	p := plain{dialect: database.SQLite, times: timesIn(t, "UTC", database.Legacy)}
	for _, to := range []shape{shapeInt8, shapeInt64, shapeDate, shapeTime, shapeTimestamp} {
		convert, err := p.converter(column{kind: kindTimestamp}, to)
		require.NoError(t, err)
		_, err = convert([]byte(value))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "411")
	}
	for _, f := range []func() error{
		func() error { _, err := narrow(4111, shapeInt8); return err },
		func() error { _, err := decimal([]byte("4111x"), 2); return err },
		func() error { _, err := parseDouble("4111x"); return err },
		func() error { _, err := idOf(connect.NewDecimal(big.NewInt(4111), 1)); return err },
	} {
		assert.NotContains(t, f().Error(), "411")
	}
}

func TestNumbersThatAreTooLargeForTheirFieldAreErrors(t *testing.T) {
	_, err := narrow(128, shapeInt8)
	assert.Error(t, err)
	_, err = wholePart([]byte("9223372036854775808"))
	assert.Error(t, err)
	v, err := wholePart([]byte("12.9"))
	require.NoError(t, err)
	assert.Equal(t, int64(12), v)
}

func TestTheMappingOfNumericColumns(t *testing.T) {
	for _, c := range []struct {
		precision, scale                          int
		none, precisionOnly, bestFit, eagerDouble shape
	}{
		{2, 0, shapeDecimal, shapeInt8, shapeInt8, shapeInt8},
		{4, 0, shapeDecimal, shapeInt16, shapeInt16, shapeInt16},
		{9, 0, shapeDecimal, shapeInt32, shapeInt32, shapeInt32},
		{18, 0, shapeDecimal, shapeInt64, shapeInt64, shapeInt64},
		{19, 0, shapeDecimal, shapeDecimal, shapeDecimal, shapeDecimal},
		{9, -2, shapeDecimal, shapeDecimal, shapeInt32, shapeInt32},
		{18, 4, shapeDecimal, shapeDecimal, shapeFloat64, shapeFloat64},
		{20, 4, shapeDecimal, shapeDecimal, shapeDecimal, shapeFloat64},
		{20, -4, shapeDecimal, shapeDecimal, shapeDecimal, shapeDecimal},
		{0, unsetScale, shapeDecimal, shapeDecimal, shapeDecimal, shapeDecimal},
	} {
		for mapping, want := range map[string]shape{numericNone: c.none, numericPrecisionOnly: c.precisionOnly, numericBestFit: c.bestFit, numericBestFitDoubles: c.eagerDouble} {
			assert.Equal(t, want, numericShape(mapping, c.precision, c.scale), "%s of %d, %d", mapping, c.precision, c.scale)
		}
	}
}

func TestZeroDatesAreWhatTheURLSays(t *testing.T) {
	p := plain{dialect: database.MySQL, times: timesIn(t, "UTC", database.Legacy)}
	read := p.moment(column{kind: kindTimestamp}, shapeTimestamp)
	_, err := read([]byte("0000-00-00 00:00:00"))
	assert.Error(t, err)
	p.zeroDate = "CONVERT_TO_NULL"
	v, err := p.moment(column{kind: kindTimestamp}, shapeTimestamp)([]byte("0000-00-00 00:00:00"))
	require.NoError(t, err)
	assert.Nil(t, v)
	p.zeroDate = "round"
	v, err = p.moment(column{kind: kindDate}, shapeDate)([]byte("0000-00-00"))
	require.NoError(t, err)
	assert.Equal(t, "0000-12-30T00:00:00Z", v.(time.Time).Format(time.RFC3339), "January 1st of the year 1 in the Julian calendar")
	p.times = timesIn(t, "UTC", database.Proleptic)
	v, err = p.moment(column{kind: kindTimestamp}, shapeTimestamp)([]byte("0000-00-00 00:00:00"))
	require.NoError(t, err)
	assert.Equal(t, "0001-01-01T00:00:00Z", v.(time.Time).Format(time.RFC3339))
}

func TestUniqueIdentifiersHaveTheirFirstPartsTurned(t *testing.T) {
	id := []byte{0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}
	assert.Equal(t, "00112233-4455-6677-8899-AABBCCDDEEFF", uniqueID(id))
}

func TestColumnsThatCountUpAreWholeNumbers(t *testing.T) {
	d, err := connect.ParseDecimal("12")
	require.NoError(t, err)
	for _, v := range []any{int8(12), int16(12), int32(12), int64(12), d} {
		id, err := idOf(v)
		require.NoError(t, err)
		assert.Equal(t, int64(12), id)
	}
	tooLarge, err := connect.ParseDecimal("9223372036854775808")
	require.NoError(t, err)
	for _, v := range []any{nil, "12", []byte{1}, 1.5, tooLarge} {
		_, err := idOf(v)
		assert.Error(t, err, "%v", v)
	}
}
