"""The organisation on screen: who does what, the chart, entities, absences and stand-ins."""
