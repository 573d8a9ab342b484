// A request in the form of the profile for symptoms; `tests/fhir` sends it.

Instance: example-patient
InstanceOf: Patient
Usage: #example
Title: "A made-up patient"
* gender = #female
* birthDate = "1992-03-08"

RuleSet: SaidOfHer
* status = #final
* subject = Reference(example-patient)
* effectiveDateTime = "2026-11-23T18:00:00Z"

Instance: example-headache
InstanceOf: NuchalSymptom
Usage: #example
Title: "Headache, present"
* insert SaidOfHer
* code = $sct#25064002 "Headache"
* valueBoolean = true

Instance: example-back-pain
InstanceOf: NuchalSymptom
Usage: #example
Title: "Back pain, present since a fortnight and still there"
* status = #final
* subject = Reference(example-patient)
* effectivePeriod.start = "2026-11-10"
* code = $words#back-pain "Back pain"
* valueCodeableConcept = $sct#52101004 "Present"

Instance: example-no-stiff-neck
InstanceOf: NuchalSymptom
Usage: #example
Title: "Stiff neck, absent"
* insert SaidOfHer
* code = $sct#161882006 "Stiff neck"
* valueCodeableConcept = $loinc#LA9634-2 "Absent"

Instance: example-numb-saddle-unknown
InstanceOf: NuchalSymptom
Usage: #example
Title: "Numbness in the saddle area, asked for and not answered"
* insert SaidOfHer
* code = $words#saddle-anaesthesia "Numbness in the saddle area"
* dataAbsentReason = $absent-reason#asked-declined "Asked But Declined"

Instance: example-temperature
InstanceOf: NuchalSymptom
Usage: #example
Title: "Body temperature"
* insert SaidOfHer
* code = $loinc#8310-5 "Body temperature"
* valueQuantity = 36.8 $ucum#Cel "°C"

Instance: example-request
InstanceOf: Bundle
Usage: #example
Title: "A request"
Description: "What is known of the patient, to be posted to $assess."
* type = #collection
* entry[+].fullUrl = "http://ehr.example.org/fhir/Patient/example-patient"
* entry[=].resource = example-patient
* entry[+].fullUrl = "http://ehr.example.org/fhir/Observation/example-headache"
* entry[=].resource = example-headache
* entry[+].fullUrl = "http://ehr.example.org/fhir/Observation/example-back-pain"
* entry[=].resource = example-back-pain
* entry[+].fullUrl = "http://ehr.example.org/fhir/Observation/example-no-stiff-neck"
* entry[=].resource = example-no-stiff-neck
* entry[+].fullUrl = "http://ehr.example.org/fhir/Observation/example-numb-saddle-unknown"
* entry[=].resource = example-numb-saddle-unknown
* entry[+].fullUrl = "http://ehr.example.org/fhir/Observation/example-temperature"
* entry[=].resource = example-temperature
