// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

// Classes of Kafka Connect.
const (
	fileSource      = "org.apache.kafka.connect.file.FileStreamSourceConnector"
	fileSink        = "org.apache.kafka.connect.file.FileStreamSinkConnector"
	jsonConverter   = "org.apache.kafka.connect.json.JsonConverter"
	stringConverter = "org.apache.kafka.connect.storage.StringConverter"
	simpleHeaders   = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
	numbers         = "org.apache.kafka.connect.converters."
	bytesConverter  = numbers + "ByteArrayConverter"
	transforms      = "org.apache.kafka.connect.transforms."
	predicates      = transforms + "predicates."
)

// allScenarios are all of them.
func allScenarios() []*scenario {
	var all []*scenario
	for _, list := range [][]*scenario{fileScenarios(), transformScenarios(), converterScenarios(), errorScenarios(), topicScenarios(), oddTransformScenarios(), oddChainScenarios(), oddConverterScenarios(), oddErrorScenarios(), oddStartScenarios(), oddFileScenarios(), oddTopicScenarios()} {
		all = append(all, list...)
	}
	return all
}
