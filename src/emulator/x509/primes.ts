/**
 * Primes for RSA keys, as base64: finding one takes a second, so keys are made of two of these, by
 * chance. Nobody outside should trust a key that shares its primes.
 */
export const primes1024: readonly string[] = [
  '6Md3uVRhDCOEmSIqwD0P01gX0yNDxGW9TfbluzVurRHPqB7xA57bDDiIZ1HH+zJi4CgFbWWenpmNgVSAwfF3BX' +
    'VMxOervMaGwPcDM2Gb0ms/A5SMvtlj85dBtrNyY+V+MxxSzM3+/OEM4qEzpqbp+3nqf1SjJJpWR7F6m5fs9zs=',
  '26pd+Rx4LHYdgL7X6+6xp81N8tSqxq0P1JiEp1I1t0iYJOTfykFFGKf1bVTx8sneeTCI5sKfW7zO816Werb1Cg' +
    'XGlO+MQgD4YAB0+JB33ILoNrg1NTNrXatUTlT4UyLwRXLvVb1z1PknR3Py7wKCPiHjFcqGC/tXP3YHY4nd8n8=',
  '6uTbbDawSDULBG/VIa0YJCUaFJx2d+zJEvQ12QfECB+KhghFbanPxXkbWU3KQQIa52CPaFC5PQpdaa2H5/T1qU' +
    'obCFB2O9P46xY5WrCK7FbJ2QK3aL4dJUnVV7rGcZz+nDWyYpxiquzbXJlNW/eTPRdaj+rBQizUohiiL8eBJGM=',
  'zP4ryCGCSRVMJ+Y08dcITgLKc42S4iA9Mcf9o6Fi2X76ml0AWsMfS0sIDkIwftKA8tYd/oUaYV/wdKLvjR8qbk' +
    'AHFZyFwtK1mOWtWPwWkQH3i/Vb0C3SP8q6yGMJT5PvE8Y17fIwi7aCJR3w9msv/AonxPveXESa8b9AV0RTx90=',
  '3Qq6vgXVH4goOZnYncjdszc1hQwr/1dK5BT0NPM/mlT+BEfsZJ735xryaT3eTqZMOFG3DaueGQoGx3ZVXLHptA' +
    'utGFEQ1nyh7VR9PapyGNFNkwFqTqEJ1ntxFQrMPssEy+hOD5PYOYfNcmB+BI3XU4qMw7ep6b4R0jmkUMBHvhs=',
  'zcBdxBtG2krXVPeLerzNh8oOzYBG/5pX42XzMGezGn41igrnSv3ei/l1CQyFR9HEW3pOSVwc3qjqBmo7Zue0nA' +
    '3CLNcynhtZhImY7OfqfWLNhFB73xKAHwLkWqBKXQ0iFoaMWAU3th5Ehwh6PXaFA4mEod9uHCpYNPyFLm9xRPc=',
  'w+vJCch3eBxDqG8YBw9CLjXhWBN+QYd/qd1OaPAIpy1vrFFQV8WrBrhsdn8YSq0f+lxvyq2KK3gyN/cXPbk0aj' +
    '9RmdZA094z81t00wOIWEKnrk9hyT4pv6y4KVeuEeigzKO07ElFoGG/h5PZon7nQLbN80BHZD/Zi0kV+9WaEzU=',
  'wE2W/zD9bD8o+Iftyggp6vWodnYzAneoXkAzsk0GNGZUF1kFGJgrjcBG4R65S31+NLTIZkdKxjWKsSe5xjzXdQ' +
    'GurFEbNxqcICCBm83huw7OLkn51jnOmBIhk2S0cl0uM7+qRxjL9biGX8yAEOmkBqoW7svW5Vydf3spqj3nmLE=',
  '92EoCabFvqcbAhKJz+Zz7QMZLuWOX4ZGCJ+3jYKu15bNlZa/1mu/VpqJK0vZPITxY1YIvn0rc7GCp9Wa1v1GtP' +
    'DM7AcCcc9xLEQbrIuw1+FSyAkQxkRQaSaljKC2RY2JtXiBcYSQJ4b1Zf/fLSTxbySJ8hPJOFfVGD7prwwJAQc=',
  '6Xei1R0mJ8nUXoXlitJKFAE3+1aDhFYp7euMsgDczIl8auySmkWEKenNXCbu7ojh4MYBgyLGfKvN4decprzZ+n' +
    'sdIxD6zLZJmSm4EPQqhkQ/uy2ACG3k8mkPKAkJWi5PM1rOtD+GZL8vCvNzhziVIsXLMJqySUCj9aD6ZmmSVdc=',
  '1+6MsoZlvF/ZsJL7kEXdvzQcldeUR87PAj0Dge2OMWaM4hZggScaaEp8ju7Yn/3n94OyuhZ+WLnfAz5BtFrQNC' +
    'GpWgHhdz44h6Q7rMCpvwJ365Aw/LvW7og+/M0J4Pir2J+z3jvIRLEiOLegNyNEK13ZcWQk1hu3AOlBV/6Ovfc=',
  'zlUAi3AtJNgs1ThR5jhSI82QhiO52pNc62aYK6XoX0kAADsPNZf2O57L/LGD3kv4HI3yOOt5JWTdYcIkmhCx4R' +
    'edCCAOjjBJ2ZCZ6b742vyJUZ5JngtPKJ/QNxLwE/EOKBpdGrzD3QmD4i96O86TQsWrBMgT/SvXvF6Z1PHsHNM=',
  '77MV8T1bQMzQwmbEETlKDAkN9UHGTee99aHR0ejM0f7ck7EG+5xJy7xQGdkTh0rCZWAFc9y0OUqDc9BHKEj+Gy' +
    '7KaSkv6nuO2k47YAD2dRvEztRhOXAy323oz3piiQqjn9DE1mQ6MAGL33dK16TUB03sTdKcrLmEa3BH6CXLYbE=',
  'wICes8a1otOjxLegSvgccS6OuTJU78hJqkVdy4HYptb5R/rc5EZ04bUYslfX6vTy9/5Fqtecj/ofochWnn5SAz' +
    'CweGCcAJSMgOFpeGsk+vtJBbD6ENoW6I6/p4te7FRFldfJfBB0PLH0RFZ4mHN+mksH+q4qcfCOuvemTyXQqaE=',
  'zOOmoZZ5XnAMiYnRc+PHAeEz5jK9cm/Xfo0niPH767vpg9EyYuu9kgYnSziIQud6ayZsErbWQDTpPphRmi8OUC' +
    'QWfMSSPojqxuvWMGhhtNUzxDTQARJ1Edr6UoC6GwW+BHcX6brDP4G2qpA0sdaRVo+9LjyT0WCD1hyZLO0Pb5s=',
  '6cNTEVtrTsQrwH6PXmzCgpvsTzgRbdE/UZ8za/0/2mysqSpu/SNvj2L4TycPExfb5pBaqpsI89PEot3jWXkCBf' +
    'AGkg3ObLpOTT1EqqgXbUQJJ6PGWkgIj+9yYVi7WmxWmlG2qeRctejnWIjn4mJTyF192jDDAPP0TcfqlA5lxoE=',
  '+LeCsm+fLfttN3vVS74Ti0ojnfz8CUwv8N2HPQX/ELQAyyYCYTn1MQM27qqvCInXXjqkbsISfx9v0cRo4WRbDe' +
    '9SgcPH0voaPMfhzrw2a+QPWWcrpk35EcEIJSuoPR/DbKC+qtZ4zcOrhxwylnzDHIY/YndcNA9aHQTZYAQgnO8=',
  '5sWANfXCYI1CaoCuwdURDk9Eqzivot2TZbR+9mzwq8mesMUAoRk+/41Bdl2o9TrMrQRtGhsa0CqbIlCVqj3JsC' +
    'w9QOAlnYIMeBT0y1s85Zi8sGcn4HWB12knzOsrPgU5g8qh+eGUTskTpDZIcMfng8mdwwrA6zZCja1w0AhiP1E=',
  '22ieEC62/IPucg31iU8Yxr2BLumzvy2CAnQO0tEHKNwYyjTViNI4hLAN+jkgx6U9whlwDhh0hSr/YpYqdLwHdh' +
    'TBnxPmsfIsZCfXPfjpsmVsiH177FEmumutaQlJ7sH9AC8gEmAwH8FsZX+iwiTE1heTwDRD01l4f34WKtNIvzM=',
  '7d5n0RcWahuLvix2F9wiyLzN2gedNHTLhLIhdnKLI3L0ozvgnhAL/Y5t7fc/xlAvkryYN0Nqaloqf6zabmaySv' +
    'nrZECBUSKeSeyDh7ylKGWmZoHoEbf+Kvb3BWwFw1dzJWHpc1UgyOKgCsgFU6ZA/DYcW1zhNrLGW9r5d6CAlBU=',
  '+u17vOe2FAZD63Jx8INZtdD+lIDd3kGm+dgVJy4a0gCHxZEYdErgU+OyTBFF1+9/W2pV02BUdlQLHhUWk+khhT' +
    'z7bAeCdJpqPiY7M1wpUNkN0fWW5+8qShI7B+U2Jh3x3llgLO86IQiufLf+lhsct40V04TmpXMmRjZcuMKACQs=',
  '/YUya13N1anKAo6xwV4O3hoznjmsF6wza7Ql6/3J61psFCGjFvIMWUajreepMnzAORXnoZxeo5uU1YUOEXLI1A' +
    'Was6WtEY5yLBe26j/e806fj/s47Zm3wAl3z46M7YjckVFHCvVvlYOdRd9xCdoKZGrHI98RZT4bekqlpE5XNp0=',
  '7SFHs/vTfzY53YSMnHoRE6Dmz84rLLqewcsFFj3dXuYClcTTmRqKVS4aYQhXuWI8QsFZZ0iBwWAvLt+ggobC82' +
    'TELncsXrAFwTVAW7uAKV0uYbHNWmYol9BXiKMWbtOa3hmH+//SCVxhTTTnXRFx4HAEStP3mN3iCLZqGn6DxHc=',
  'zsd5v0UNERbHsw+BKkWwveAisW1q0ESHfVSaa+MR7mE1FibLDo/yr1suWOvfoLXm739wsfTYQh2nqJ30Kt69ST' +
    'EWxfEhlDadWRImYKlYoQ87klR0ET/TVEWRVk+ZW41/DN6HScLpxRPaWlr4+NGIkUatMf6sZfSdEZbQHCG7bAE=',
];

/** Primes for keys of 4096 bits. */
export const primes2048: readonly string[] = [
  '0PKcFFsDF+exneUxPyrnXhyCq/Al+vNDuAfSpzAt2FRN+5QhzrZrAb8n14Q9mQ6YA5K0lk39HHxOEDmVtjVyaw' +
    'QLQoQvpfDbru4DZhlW72x/GSCEUB1PsXtldgh7req0XfPDFukK8fHSiVNYwKfrnHpfyt12ddJEK/kUP96xso6T' +
    'YuJO0yfpzMW8OcAPrJ7fjYsZO3sIgSZbuDo5ICat6n0I4mRE2sXKYfcI/AwDp0bLnsWE5i4wCoQekmn7/dit00' +
    '5nzk+mm//imZlKMNr0Xcfcw6oKqM680iqMLi7mdhXe0K9tz+RsGm/R0RcsM8bxemi3t76lsqBHI8YLK1uuAw==',
  '78Su9HhjKlgZKbFBrTV1q785kt1ecjbXioBnoZoRmtJoLvQoPdCKoi1mFt0mFsCO4UI/G94ARE1NrQA3N80pDe' +
    'NPwb8UYen3tIoJFAHyjzDA7TiL5tmKPDhQZhKVgRcWT6pnEXFyvCdu/0gWu1NzNA+rBuNd5jEtlBeWvV0bWpvL' +
    'klXDpy/Zr6JJOYYcVcY1gMijeTamRBfYZaZDKGUpHpqxsK2BWSsZes+rwtZncBzbCfDLeD8zXpKsw53jJvsRrT' +
    'Mclnb7V+AbnuqAMLRJnhcZomZx6kCpS2YGejIAnm7Dafq7Q3LecpNAUkf+OehVEO8JyyVpAEQl8zXPGJcBuw==',
  'xiCOGlNdUlzGHDweahR+qGqn8G14SSRp9zS20cwhjJH4AntQAZUttnUo5sbmOaJN0nqiKT9jaG6eFJBY2JfneA' +
    '2LGiD1HKF0TdvHSqwlWRZZeGgEMSI/DV9MqHfMLwkQxoKyeH4FK8bk0MJwNiW/fUNxBx1OCjozWmK701/vNK8h' +
    'ZGob3j8T6OGzc+m2IVg+eSrFRTMPBE0uUzNIgBm2PShJ5/j94R1FhwILSQo805CsH18re4oxc9YHYnT4ewQgD/' +
    'v8stzQIpk9ScTaQFrVeJ12I9Jn3JYS2NW24Q26DIZ34nEaw1YTIOqR5lHOsXLG0LbI/QogyNDNLucgZvQMYQ==',
  '4gi7GdEc9H9sV236P6vMf0F4JLyOYObSwWtsu/OQXBqzijFFLwwk65CiR+orjio2mQVCKGlueWODg7owzn51dD' +
    'sWJHcUujTqBAGHTU3bm9op11XXU3Vn8puS4yps1+Ur42m9L2wjPK0DTpG00QL+v2qj/jD30OIV9AqY/6gzyVTt' +
    'civSjZgOCCQkD84DHt13DI9b0sUpy2nOr1WnWdXQbJpOxdIPKiuW4mcRfAwiVgEAPYLPc87KQnb6dOVRiY73er' +
    'TM8oOoipUvvPDUWd9kHf353u3ikBDLx5oAupX5wWtTPy2lZyjfkboEhAIlabK7t2suymRDXIuXIH9ru5f+vw==',
  '4XDY5xeXMNMlYPGLPlWEMJ5IBPC1dAHHWGci2fXMblZcjSAZLpkj8uD/cVCfJdv75lGNZ8XsG4kxEizuN5RNfp' +
    'c3D1oQGujg8tXL/b1vbbD8ebwSVKC73/7/X1X93Y8+BkqJoOmQ/qFWmlzn08mmPQY7wSrz6wysNjVfcwpUZTMB' +
    'lbZWAGUvsmPfmBtZCRv86kaxXvRdf9y4QqRArJHC+5zq8qhaEdIme9EqRMZesdyB+70c0mzID1ZIEdlS5sJhlE' +
    'v71F1epUXX4wJxfDjxuiUcagoucNOm72jOhXGHKD6JHhHQe+d3CLQ+fRKTXhwpLJAmWWMR+Sx//llqG8JWQQ==',
  'zotN5aLKqT9brLp9PeVlRZKfdp5qzq0g3p6R5+qJQWl6RV6tLs++ZbwOWUy1Li038oxIlQZHGTc5MUueqe0omd' +
    'De8XoTHTTxOkjQ9fLP7V383f6XpVIEr2IhQfh0thccaUfb6WRdWVMjXWWKr1j+SJ/xoKb+QKTVYD1r5aGLw87r' +
    'PA/nP7cAb3zPFqmneWQu0niaenSHPvx1wQzjsrue7NSyr/QhpM4Gr+vphPVKiQFFbgrZdXeW1qIcq5gTHdnPUW' +
    '43ZELxj870hpga8tyJYgltIrcBDVVRO8dK+SBYWRFDAMjJ/OJYG2WABQUCCeaRshfuu1U3oh+2ZLaCBihLEw==',
];
