// What a sender may say of one finding so that it is understood without a remark. Much else is understood too.

Profile: NuchalSymptom
Parent: Observation
Id: symptom
Title: "Symptom for Nuchal"
Description: "One finding of the patient: present, absent, a number, or asked for and unknown. What is not sent is unknown, never absent."
* implicitRules 0..0
* modifierExtension 0..0
* status from SymptomStatusVS (required)
* code MS
* code ^short = "The finding: SNOMED CT, LOINC, or a word of the rules"
* code from https://nuchal.example.org/fhir/ValueSet/vocabulary (preferred)
* subject 1..1 MS
* subject only Reference(Patient)
* focus 0..0
* effective[x] 1..1 MS
* effective[x] only dateTime or Period
* effective[x] ^short = "When it was observed; a period without end is ongoing"
* value[x] MS
* value[x] only boolean or CodeableConcept or Quantity
* valueCodeableConcept from PresenceVS (extensible)
* valueQuantity.value 1..1
* valueQuantity.comparator 0..0
* valueQuantity.system 1..1
* valueQuantity.system = $ucum
* valueQuantity.code 1..1
* dataAbsentReason MS
* dataAbsentReason ^short = "Asked for and unknown"
* hasMember 0..0
* component 0..0
* obeys symptom-1

Invariant: symptom-1
Description: "Says something: a value, or why there is none"
Severity: #error
Expression: "value.exists() or dataAbsentReason.exists()"

ValueSet: SymptomStatusVS
Id: symptom-status
Title: "Status of a symptom that is read"
Description: "What is cancelled or entered in error does not exist for Nuchal; it need not be sent."
* ^experimental = false
* http://hl7.org/fhir/observation-status#registered "Registered"
* http://hl7.org/fhir/observation-status#preliminary "Preliminary"
* http://hl7.org/fhir/observation-status#final "Final"
* http://hl7.org/fhir/observation-status#amended "Amended"
* http://hl7.org/fhir/observation-status#corrected "Corrected"
